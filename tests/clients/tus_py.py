"""tuspy against a running platform: parts with checksums, a damaged part, taking up again, expiry.

Invariant: every upload that is said to succeed is compared with the digest that the platform computed.

Arguments: address of the procurement zone, token of somebody who may upload documents, and, to try the expiry alone,
the word `expiry`; the platform then keeps unfinished uploads for few seconds only.
"""

import base64
import email.utils
import hashlib
import io
import random
import sys
import time

import requests
from tusclient import client
from tusclient.exceptions import TusCommunicationError

BASE, TOKEN = sys.argv[1:3]
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
PART = 512 * 1024


def noise(length, seed):
    return random.Random(seed).randbytes(length)


def uploader(data, **more):
    tus = client.TusClient(f"{BASE}/api/uploads", headers=HEADERS)
    more.setdefault("metadata", {"kind": "document"})
    return tus.uploader(file_stream=io.BytesIO(data), chunk_size=PART, **more)


def head(url):
    return requests.head(url, headers=HEADERS | {"Tus-Resumable": "1.0.0"}, timeout=60)


def patch(url, offset, data, checksum):
    headers = HEADERS | {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
        "Upload-Checksum": checksum,
    }
    return requests.patch(url, data=data, headers=headers, timeout=60)


def is_there(url, data):
    answer = head(url)
    assert answer.status_code == 200, answer
    assert answer.headers["Upload-Offset"] == str(len(data)), answer.headers
    assert answer.headers["Kaibiao-Digest"] == hashlib.sha256(data).hexdigest(), answer.headers
    assert "Upload-Expires" not in answer.headers, answer.headers


def what_it_can_do():
    tus = client.TusClient(f"{BASE}/api/uploads")
    answer = requests.options(tus.url, timeout=60)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    extensions = set(answer.headers["Tus-Extension"].split(","))
    assert extensions == {"creation", "creation-with-upload", "checksum", "termination", "expiration"}, extensions
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")
    assert int(answer.headers["Tus-Max-Size"]) > 0
    other = requests.head(f"{tus.url}/00", headers=HEADERS | {"Tus-Resumable": "0.2.2"}, timeout=60)
    assert (other.status_code, other.headers["Tus-Version"]) == (412, "1.0.0"), other.headers


def parts_with_checksums():
    data = noise(3 * PART + 5, 1)
    one = uploader(data, upload_checksum=True)
    one.upload()
    is_there(one.url, data)


def taken_up_again():
    data = noise(4 * PART, 2)
    first = uploader(data, upload_checksum=True)
    first.upload(stop_at=2 * PART)
    second = uploader(data, url=first.url)
    assert second.offset == 2 * PART, second.offset
    second.upload()
    is_there(first.url, data)


def damaged_parts():
    data = noise(2 * PART, 3)
    one = uploader(data, upload_checksum=True)
    one.upload_chunk()
    for name in ["sha1", "sha256"]:
        right = getattr(hashlib, name)(data[PART:]).digest()
        wrong = f"{name} " + base64.b64encode(bytes([right[0] ^ 1]) + right[1:]).decode()
        answer = patch(one.url, PART, data[PART:], wrong)
        assert answer.status_code == 460, (answer.status_code, answer.text)
        assert answer.json()["code"] == "upload.checksum", answer.text
        assert head(one.url).headers["Upload-Offset"] == str(PART)
    for unknown in ["md5 " + base64.b64encode(hashlib.md5(data).digest()).decode(), "sha1", "sha256 !"]:
        answer = patch(one.url, PART, data[PART:], unknown)
        assert answer.status_code == 400, (answer.status_code, answer.text)
    one.upload()
    is_there(one.url, data)


def expiry():
    data = noise(2 * PART, 4)
    one = uploader(data)
    one.upload_chunk()
    answer = head(one.url)
    assert answer.status_code == 200, answer
    end = email.utils.parsedate_to_datetime(answer.headers["Upload-Expires"]).timestamp()
    assert 0 <= end - time.time() + 1 < 60, end
    time.sleep(max(0.0, end - time.time()) + 1.5)
    assert head(one.url).status_code == 410
    try:
        one.upload_chunk()
    except TusCommunicationError as error:
        assert error.status_code == 410, error.status_code
    else:
        raise AssertionError("an expired upload was gone on with")


TRIES = [expiry] if sys.argv[3:] == ["expiry"] else [what_it_can_do, parts_with_checksums, taken_up_again, damaged_parts]
for attempt in TRIES:
    attempt()
    print(f"tuspy: {attempt.__name__.replace('_', ' ')}")
