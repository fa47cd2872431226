"""Writes the characters that printed documents can show, one code point a line, for pyftsubset.

All of GBK (GB2312 alone lacks characters common in names: 镕, 喆, 堃, 玥), full Latin-1, and the signs that
reports use: dashes, quotation marks, ellipsis, per mille, arrows, mathematical signs, circled numbers, yen.
"""

shown = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100))
for lead in range(0x81, 0xFF):
    for trail in range(0x40, 0xFF):
        try:
            shown.update(map(ord, bytes([lead, trail]).decode("gbk")))
        except UnicodeDecodeError:
            pass
shown.update(range(0x2010, 0x2028))
shown.update(map(ord, "‰′″※€№™←↑→↓−∓≈≠≤≥≡∑√∞∩∪①②③④⑤⑥⑦⑧⑨⑩□■▲△○●◎★☆〇「」『』【】〔〕￥"))
print("\n".join(f"U+{code:04X}" for code in sorted(shown) if not 0xE000 <= code < 0xF900))
