"""A dossier as a set of named files, out of a directory or a ustar file (section 9).

Invariant: nothing is read into memory without a bound; a name occurs once;
anything but regular files and directories makes the bundle unreadable.
"""

import hashlib
import io
import os
import re
import stat

from .canon import ID, Wrong, parse, unhex

MANIFEST = "manifest.json"
MANIFEST_LIMIT = 64 << 20
FILES_LIMIT = 2_000_000
CLEAN = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*\Z")


def clean(path):
    """Whether a path is one that section 9 allows."""
    return CLEAN.match(path) is not None and not any(part in (".", "..") for part in path.split("/"))


class Slice(io.RawIOBase):
    """A bounded window of an open file."""

    def __init__(self, file, offset, length):
        super().__init__()
        self.file, self.at, self.left = file, offset, length

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        self.file.seek(self.at)
        data = self.file.read(size)
        self.at += len(data)
        self.left -= len(data)
        return data


class Directory:
    """A dossier in a directory."""

    def __init__(self, top):
        self.top, self.files = top, {}
        for folder, names, files in os.walk(top):
            for name in names + files:
                full = os.path.join(folder, name)
                mode = os.lstat(full).st_mode
                if stat.S_ISDIR(mode):
                    continue
                if not stat.S_ISREG(mode):
                    raise Wrong(f"{os.path.relpath(full, top)!r} is not a regular file")
                self.files[os.path.relpath(full, top).replace(os.sep, "/")] = os.lstat(full).st_size
                if len(self.files) > FILES_LIMIT:
                    raise Wrong("more files than a dossier may have")

    def open(self, path):
        """A reader of a file that is in `files`."""
        return open(os.path.join(self.top, path), "rb")


def _octal(field, what):
    text = field.rstrip(b"\x00 ").lstrip(b" ")
    if not re.fullmatch(b"[0-7]+", text):
        raise Wrong(f"tar: the {what} is not an octal number")
    return int(text, 8)


class Tar:
    """A dossier in a POSIX tar file."""

    def __init__(self, path):
        self.file, self.files, self.at = open(path, "rb"), {}, {}
        end = os.fstat(self.file.fileno()).st_size
        offset = 0
        while True:
            self.file.seek(offset)
            block = self.file.read(512)
            if len(block) < 512:
                raise Wrong("tar: cut short, or without its end")
            if block == bytes(512):
                break
            offset = self._member(block, offset + 512, end)
        while rest := self.file.read(1 << 20):
            if rest.strip(b"\x00"):
                raise Wrong("tar: something follows the end")

    def _member(self, block, offset, end):
        if block[257:265] != b"ustar\x0000":
            raise Wrong("tar: a header is not ustar")
        blank = block[:148] + b" " * 8 + block[156:]
        if sum(blank) != _octal(block[148:156], "checksum"):
            raise Wrong("tar: a header's checksum is wrong")
        name, prefix = block[:100].split(b"\x00")[0], block[345:500].split(b"\x00")[0]
        full = (prefix + b"/" + name if prefix else name).decode("latin-1")
        size, kind = _octal(block[124:136], "size"), block[156:157]
        if kind == b"5":
            return offset
        if kind not in (b"0", b"\x00"):
            raise Wrong(f"tar: {full!r} is not a regular file")
        if offset + size > end:
            raise Wrong(f"tar: {full!r} is cut short")
        if full in self.files:
            raise Wrong(f"tar: {full!r} occurs twice")
        self.files[full], self.at[full] = size, offset
        if len(self.files) > FILES_LIMIT:
            raise Wrong("more files than a dossier may have")
        return offset + (size + 511) // 512 * 512

    def open(self, path):
        """A reader of a file that is in `files`."""
        return Slice(self.file, self.at[path], self.files[path])


class Bundle:
    """The files of a dossier and its manifest."""

    def __init__(self, path):
        try:
            self.source = Directory(path) if os.path.isdir(path) else Tar(path)
        except OSError as error:
            raise Wrong(f"the dossier cannot be read: {error.strerror}") from error
        self.files = self.source.files
        if MANIFEST not in self.files:
            raise Wrong("the dossier has no manifest.json")
        value = parse(self.read(MANIFEST, MANIFEST_LIMIT))
        self.listed, self.size, self.tender, self.origin = _manifest(value)

    def has(self, path):
        """Whether the file is there."""
        return path in self.files

    def read(self, path, limit):
        """The bytes of a file of at most `limit` bytes."""
        if path not in self.files:
            raise Wrong(f"{path} is missing")
        if self.files[path] > limit:
            raise Wrong(f"{path} has more than {limit} bytes")
        with self.source.open(path) as reader:
            data = reader.read()
        if len(data) != self.files[path]:
            raise Wrong(f"{path} changed while it was read")
        return data

    def open(self, path):
        """A reader of a file, to be read in pieces."""
        if path not in self.files:
            raise Wrong(f"{path} is missing")
        return self.source.open(path)

    def close(self):
        """Let go of the tar file, if it is one."""
        if isinstance(self.source, Tar):
            self.source.file.close()

    def digest(self, path):
        """SHA-256 of a file."""
        total = hashlib.sha256()
        with self.open(path) as reader:
            while piece := reader.read(1 << 20):
                total.update(piece)
        return total.digest()


def _manifest(value):
    if not isinstance(value, dict) or set(value) != {"files", "format", "origin", "size", "tender"}:
        raise Wrong("manifest.json does not have its five members")
    if value["format"] != "kaibiao/dossier/v1":
        raise Wrong("manifest.json is of another format")
    if not isinstance(value["origin"], str) or not _count(value["size"]):
        raise Wrong("manifest.json: origin or size is of another type")
    if not isinstance(value["tender"], str) or not ID.match(value["tender"]):
        raise Wrong("manifest.json: tender is not an id")
    if not isinstance(value["files"], list) or len(value["files"]) > FILES_LIMIT:
        raise Wrong("manifest.json: files is not an array, or too long")
    listed = []
    for row in value["files"]:
        if not isinstance(row, dict) or set(row) != {"bytes", "path", "sha256"}:
            raise Wrong("manifest.json: a file does not have its three members")
        if not _count(row["bytes"]) or not isinstance(row["path"], str):
            raise Wrong("manifest.json: a file's members are of another type")
        listed.append((row["path"], row["bytes"], unhex(row["sha256"], 32)))
    return listed, value["size"], value["tender"], value["origin"]


def _count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
