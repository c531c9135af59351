"""Every file of a folder of photos, checked by programs that share nothing with this crate: Pillow (littleCMS) for
orientation and colour, exiftool for what is left of metadata. Run by `cargo xtask bench images --exact --photos DIR`."""

import argparse
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

import compare

ALLOWED = {"SourceFile", "ExifToolVersion", "FileName", "Directory", "FileSize", "FileModifyDate", "FileAccessDate",
           "FileInodeChangeDate", "FilePermissions", "FileType", "FileTypeExtension", "MIMEType", "JFIFVersion",
           "ResolutionUnit", "XResolution", "YResolution", "ImageWidth", "ImageHeight", "EncodingProcess",
           "BitsPerSample", "ColorComponents", "YCbCrSubSampling", "ImageSize", "Megapixels"}


def process(arguments, files, folder):
    """Results by file; a refused file is missing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    studio = compare.Studio(arguments.program, [str(f) for f in files], str(folder), 2)
    studio.round()
    studio.close()
    return {file: folder / f"{i}.jpg" for i, (file, word) in enumerate(zip(files, studio.words)) if word == "ok"}


def likeness(a, b):
    a, b = (np.asarray(Image.open(p).convert("RGB")).astype(float) if not isinstance(p, np.ndarray) else p for p in (a, b))
    if a.shape != b.shape:
        smaller = (min(a.shape[1], b.shape[1]), min(a.shape[0], b.shape[0]))
        if abs(a.shape[0] / a.shape[1] - b.shape[0] / b.shape[1]) > 0.02:
            return 0.0
        a, b = (np.asarray(Image.fromarray(p.astype(np.uint8)).resize(smaller)).astype(float) for p in (a, b))
    return compare.ssim(a, b)


def orientation(results):
    print("\n## Orientation\n\n| family | files | SSIM with the upright twin, worst |\n|---|---|---|")
    good = True
    for family in ("Landscape", "Portrait"):
        twins = [(f, r) for f, r in results.items() if f.stem.startswith(family)]
        upright = next(r for f, r in twins if f.stem.endswith("_1"))
        worst = min(likeness(r, upright) for _, r in twins)
        good &= worst > 0.9
        print(f"| {family} 1 to 8 | {len(twins)} | {worst:.4f} |")
    others = [(f, r) for f, r in results.items() if not f.stem.startswith(("Landscape", "Portrait"))]
    for file, result in others:
        # Pillow turns by EXIF, pillow-heif by the container.
        score = likeness(result, compare.reference(file))
        good &= score > 0.9
        print(f"| {file.name} | 1 | {score:.4f} |")
    return good


def colour(arguments):
    """Patches in wide spaces: the profile is littleCMS's own or the files' own; expected values by littleCMS."""
    print("\n## Colour\n\n| profile | patches | farthest from littleCMS, levels |\n|---|---|---|")
    random = np.random.default_rng(3)
    patches = random.integers(0, 256, (96, 3), np.uint8)
    grid = np.repeat(np.repeat(patches.reshape(8, 12, 3), 32, 0), 32, 1)
    profiles = {}
    for file in sorted((arguments.photos / "widegamut").iterdir()) + sorted((arguments.photos / "speed-heic").iterdir()):
        icc = Image.open(file).info.get("icc_profile") if file.suffix != ".heif" else None
        if icc:
            try:
                profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            except OSError:
                continue
            if profile.profile.xcolor_space.strip() == "RGB":
                profiles.setdefault(ImageCms.getProfileDescription(profile).strip(), icc)
    folder = Path(arguments.work) / "patches"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = []
    for number, (name, icc) in enumerate(profiles.items()):
        Image.fromarray(grid).save(folder / f"{number}.png", icc_profile=icc)
        files.append((name, icc, folder / f"{number}.png"))
    results = process(arguments, [f for _, _, f in files], Path(arguments.work) / "patches-out")
    worst = 0
    for name, icc, file in files:
        expected = np.asarray(compare.to_srgb(Image.fromarray(grid), icc))[16::32, 16::32].astype(int)
        found = np.asarray(Image.open(results[file]))[16::32, 16::32].astype(int)
        apart = int(np.abs(expected - found).max())
        worst = max(worst, apart)
        print(f"| {name} | {len(patches)} | {apart} |")
    return worst


def metadata(folders):
    print("\n## What is left of metadata (exiftool)\n")
    if not shutil.which("exiftool"):
        print("exiftool is not installed.")
        return False
    listed = subprocess.run(["exiftool", "-json", "-a", "-u", "-r", *map(str, folders)], capture_output=True, text=True)
    outputs = json.loads(listed.stdout)
    leftovers = [(o["SourceFile"], k) for o in outputs for k in o if k not in ALLOWED]
    version = subprocess.run(["exiftool", "-ver"], capture_output=True, text=True).stdout.strip()
    print(f"exiftool {version}: {len(outputs)} outputs, {len(leftovers)} tags beyond size and coding {leftovers[:5]}")
    return not leftovers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--photos", type=Path, required=True)
    arguments = parser.parse_args()
    outputs, all_results = [], {}
    for folder in sorted(p for p in arguments.photos.iterdir() if p.is_dir()):
        files = sorted(f for f in folder.iterdir() if f.is_file())
        out = Path(arguments.work) / "exact" / folder.name
        all_results[folder.name] = process(arguments, files, out)
        outputs.append(out)
        print(f"{folder.name}: {len(all_results[folder.name])} of {len(files)} files became photos", flush=True)
    good = orientation(all_results["orientation"])
    worst = colour(arguments)
    clean = metadata(outputs)
    print(f"\nColour: at quality 80 the JPEG itself moves a flat patch by up to 2 levels; farthest in all {worst}.")
    sys.exit(0 if good and clean and worst <= 4 else 1)


if __name__ == "__main__":
    main()
