"""Surveys with recorded clips: tiny sounds that a browser really plays."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path

RATE = 8000


def tone(seconds: float = 0.2, pitch: int = 440) -> bytes:
    """A quiet tone as a .wav file; each pitch is another file."""
    samples = [
        int(1500 * math.sin(2 * math.pi * pitch * n / RATE))
        for n in range(int(RATE * seconds))
    ]
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return made.getvalue()


def record(surveys: Path, file: str, content: bytes | None = None) -> Path:
    """Put a clip among them: `rate-my-review/en/8-11/know_iro.wav`. By default a tone of its own."""
    survey, language, band, name = file.split("/")
    path = surveys / survey / "audio" / language / band / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        tone(pitch=200 + sum(file.encode()) % 400) if content is None else content
    )
    return path
