"""Photos side by side: this crate through its workers, Pillow, vipsthumbnail. Run by `cargo xtask bench images`.

The same files, the same number of workers, interleaved rounds, medians. What each one does:

  studio       SHA-256, decode, turn, sRGB, 1600 px Lanczos, JPEG q80, 320 px thumbnail, 64-bit hash, in child processes
  studio-in-process  the same without child processes: what the isolation costs
  pillow       the same in the order people write it: turn, convert, shrink (processes kept over the rounds)
  pillow-lean  the same, shrunk first, then converted and turned
  vips         1600 px, sRGB, JPEG q80; no thumbnail, SHA or hash (vipsthumbnail, one process a worker for all its files)
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import PIL
import pillow_heif
from PIL import Image, ImageCms, ImageOps

pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1
Image.MAX_IMAGE_PIXELS = None
EDGE, THUMB, QUALITY = 1600, 320, 80
SRGB = ImageCms.createProfile("sRGB")
LANCZOS = Image.Resampling.LANCZOS


def fitted(size, edge):
    scale = min(1, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def to_srgb(picture, icc):
    if picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    if icc:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            return ImageCms.profileToProfile(picture, profile, SRGB, outputMode="RGB")
        except ImageCms.PyCMSError:
            pass
    return picture.convert("RGB")


def with_pillow(job):
    path, out, lean = job
    data = Path(path).read_bytes()
    picture = Image.open(io.BytesIO(data))
    icc = picture.info.get("icc_profile")
    if lean:
        photo = to_srgb(picture.resize(fitted(picture.size, EDGE), LANCZOS), icc)
        # `resize` drops what says how the picture stands.
        photo = turn_by(photo, picture)
    else:
        photo = to_srgb(ImageOps.exif_transpose(picture), icc)
        photo = photo.resize(fitted(photo.size, EDGE), LANCZOS)
    jpeg = io.BytesIO()
    photo.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    thumb = photo.resize(fitted(photo.size, THUMB), LANCZOS)
    small = io.BytesIO()
    thumb.save(small, "JPEG", quality=QUALITY)
    gray = np.asarray(thumb.convert("L").resize((9, 8), Image.Resampling.BOX)).astype(int)
    int("".join("1" if fall else "0" for fall in (gray[:, :-1] > gray[:, 1:]).flatten()), 2)
    hashlib.sha256(jpeg.getvalue()).hexdigest()
    Path(out + ".jpg").write_bytes(jpeg.getvalue())
    Path(out + ".thumb.jpg").write_bytes(small.getvalue())


TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def turn_by(photo, source):
    turn = TURNS.get(source.getexif().get(0x0112))
    return photo if turn is None else photo.transpose(Image.Transpose(turn))


class Studio:
    def __init__(self, program, files, out, workers, isolated=True):
        self.name = "studio" if isolated else "studio-in-process"
        self.isolated = isolated
        options = [] if isolated else ["--in-process"]
        self.process = subprocess.Popen([program, *options, str(workers), out, *files], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.files, self.words = files, []

    def pids(self):
        return children(self.process.pid) if self.isolated else [self.process.pid]

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.words = self.process.stdout.readline().split()
        assert len(self.words) == len(self.files), "the product's bench ended"

    def cpu(self):
        # Workers that waited for too long were replaced: what they used is the parent's by then.
        workers = self.pids() if self.isolated else []
        return cpu_of([self.process.pid, *workers]) + cpu_of([self.process.pid], 13)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


class Pillow:
    def __init__(self, files, out, workers, lean):
        self.name = "pillow-lean" if lean else "pillow"
        self.pool = multiprocessing.Pool(workers)
        self.jobs = [(f, os.path.join(out, str(i)), lean) for i, f in enumerate(files)]

    def pids(self):
        return [p.pid for p in self.pool._pool]

    def round(self):
        self.pool.map(with_pillow, self.jobs, chunksize=1)

    def cpu(self):
        return cpu_of(self.pids())

    def close(self):
        self.pool.terminate()


class Vips:
    name = "vips"

    def __init__(self, files, out, workers):
        self.shares = [files[n::workers] for n in range(workers)]
        self.out, self.running, self.spent, self.files = out, [], 0.0, files

    def pids(self):
        return [p.pid for p in self.running if p.poll() is None]

    def round(self):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.running = [
            subprocess.Popen(
                ["vipsthumbnail", "--size", f"{EDGE}x{EDGE}>", "--export-profile", "srgb", "-o",
                 f"{self.out}/%s.jpg[Q={QUALITY},strip,optimize-coding]", *share],
                env={**os.environ, "VIPS_CONCURRENCY": "1"}, stderr=subprocess.DEVNULL)
            for share in self.shares if share]
        for process in self.running:
            process.wait()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.spent += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def cpu(self):
        return self.spent

    def close(self):
        pass


def children(pid):
    try:
        return [int(p) for t in os.listdir(f"/proc/{pid}/task")
                for p in Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except OSError:
        return []


def cpu_of(pids, field=11):
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[field]) + int(fields[field + 1])
        except OSError:
            pass
    return total / os.sysconf("SC_CLK_TCK")


class Memory(threading.Thread):
    """Peak of the sum over the worker processes: PSS (shared pages counted once) and RSS, in MB."""

    def __init__(self, contender):
        super().__init__(daemon=True)
        self.contender, self.pss, self.rss, self.stop = contender, 0, 0, threading.Event()

    def run(self):
        while not self.stop.wait(0.01):
            pss = rss = 0
            for pid in self.contender.pids():
                try:
                    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                        if line.startswith("Pss:"):
                            pss += int(line.split()[1])
                        elif line.startswith("Rss:"):
                            rss += int(line.split()[1])
                except OSError:
                    pass
            self.pss, self.rss = max(self.pss, pss / 1024), max(self.rss, rss / 1024)


def reference(path):
    """Decoded whole, converted, turned, shrunk by Lanczos in floating point: what all are held against."""
    picture = Image.open(path)
    photo = to_srgb(ImageOps.exif_transpose(picture), picture.info.get("icc_profile"))
    size = fitted(photo.size, EDGE)
    planes = [np.asarray(p.convert("F").resize(size, LANCZOS)) for p in photo.split()]
    return np.clip(np.stack(planes, -1), 0, 255)


def luma(rgb):
    return rgb @ np.array([0.299, 0.587, 0.114])


def ssim(a, b):
    """Wang et al. 2004: Gaussian window of 11 pixels, sigma 1.5, over luma."""
    kernel = np.exp(-((np.arange(11) - 5) ** 2) / 4.5)
    kernel /= kernel.sum()

    def blur(x):
        for axis in (0, 1):
            n = x.shape[axis] - 10
            x = sum(k * np.take(x, range(i, i + n), axis) for i, k in enumerate(kernel))
        return x

    a, b = luma(a), luma(b)
    ma, mb = blur(a), blur(b)
    va, vb, cov = blur(a * a) - ma * ma, blur(b * b) - mb * mb, blur(a * b) - ma * mb
    c1, c2 = 6.5025, 58.5225
    return float((((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma**2 + mb**2 + c1) * (va + vb + c2))).mean())


def quality(files, folders):
    table = {name: [] for name in folders}
    for i, path in enumerate(files):
        truth = reference(path)
        for name, folder in folders.items():
            stem = Path(path).stem if name == "vips" else str(i)
            try:
                result = np.asarray(Image.open(Path(folder) / f"{stem}.jpg").convert("RGB")).astype(float)
            except FileNotFoundError:
                continue
            if result.shape == truth.shape:
                table[name].append(ssim(result, truth))
    return table


def compare(title, photos, arguments):
    # Each photo several times: the last one, with a worker idle beside it, weighs little.
    files = photos * max(1, round(16 / len(photos)))
    print(f"\n## {title}: {len(photos)} photos, {len(files)} a round, {arguments.workers} workers, "
          f"{arguments.rounds} rounds, load {os.getloadavg()[0]:.1f}\n", flush=True)
    folders = {}
    for name in ("studio", "studio-in-process", "pillow", "pillow-lean", "vips"):
        folders[name] = str(Path(arguments.work) / title / name)
        shutil.rmtree(folders[name], ignore_errors=True)
        os.makedirs(folders[name])
    # Pools first: a forked process should not hold what the others opened.
    contenders = [Pillow(files, folders["pillow"], arguments.workers, False),
                  Pillow(files, folders["pillow-lean"], arguments.workers, True)]
    contenders.insert(0, Studio(arguments.program, files, folders["studio"], arguments.workers))
    contenders.insert(1, Studio(arguments.program, files, folders["studio-in-process"], arguments.workers, False))
    if shutil.which("vipsthumbnail"):
        contenders.append(Vips(files, folders["vips"], arguments.workers))
    walls, cpus, peaks = {}, {}, {}
    for contender in contenders:
        contender.round()
    for _ in range(arguments.rounds):
        for contender in contenders:
            memory = Memory(contender)
            memory.start()
            before, start = contender.cpu(), time.monotonic()
            contender.round()
            wall, spent = time.monotonic() - start, contender.cpu() - before
            memory.stop.set()
            memory.join()
            walls.setdefault(contender.name, []).append(wall * 1000 / len(files))
            cpus.setdefault(contender.name, []).append(spent * 1000 / len(files))
            pss, rss = peaks.get(contender.name, (0, 0))
            peaks[contender.name] = max(pss, memory.pss), max(rss, memory.rss)
    refused = [(Path(f).name, w) for f, w in zip(photos, contenders[0].words) if w != "ok"]
    for contender in contenders:
        contender.close()
    scores = {} if arguments.without_likeness else quality(photos, folders)
    median = {name: statistics.median(times) for name, times in walls.items()}
    ours = median["studio"]
    print("| who | wall ms/photo | CPU ms/photo | studio by wall | by CPU | peak PSS MB | peak RSS MB | SSIM mean | SSIM worst |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in walls:
        pss, rss = peaks[name]
        values = scores.get(name) or [float("nan")]
        print(f"| {name} | {median[name]:.1f} | {statistics.median(cpus[name]):.1f} | {median[name] / ours:.2f} x "
              f"| {statistics.median(cpus[name]) / statistics.median(cpus['studio']):.2f} x | {pss:.0f} | {rss:.0f} "
              f"| {statistics.mean(values):.4f} | {min(values):.4f} |")
    if refused:
        print(f"\nRefused: {refused}")
    return {"median_ms": median, "peak_mb": peaks, "ssim": {n: statistics.mean(v) for n, v in scores.items() if v}}


def long_run(files, arguments):
    """Time grows with the number of photos and memory does not: one pass over 50, 500 and 2,000, of which a quarter
    are large."""
    print(f"\n## Linear and flat, load {os.getloadavg()[0]:.1f}\n\n| photos | s | ms/photo | CPU ms/photo | peak PSS MB | PSS MB after |\n|---|---|---|---|---|---|")
    for count in (50, 500, 2000):
        many = (files * (count // len(files) + 1))[:count]
        out = Path(arguments.work) / "long"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        studio = Studio(arguments.program, many, str(out), arguments.workers)
        memory = Memory(studio)
        memory.start()
        start = time.monotonic()
        studio.round()
        wall, spent = time.monotonic() - start, studio.cpu()
        memory.stop.set()
        memory.join()
        after = Memory(studio)
        after.start()
        time.sleep(0.2)
        after.stop.set()
        after.join()
        studio.close()
        print(f"| {count} | {wall:.1f} | {wall * 1000 / count:.1f} | {spent * 1000 / count:.1f} | {memory.pss:.0f} | {after.pss:.0f} |", flush=True)


def generated(samples, folder):
    """12-megapixel photos of the app's own small samples: enlarged, with noise as of a sensor."""
    folder.mkdir(parents=True, exist_ok=True)
    jpegs, heics = [], []
    random = np.random.default_rng(7)
    sources = sorted(p for p in samples.iterdir() if p.suffix in (".JPG", ".HEIC"))[:4]
    for number, source in enumerate(sources):
        jpeg, heic = folder / f"{number}.jpg", folder / f"{number}.heic"
        if not (jpeg.exists() and heic.exists()):
            large = ImageOps.exif_transpose(Image.open(source)).convert("RGB").resize((3024, 4032), Image.Resampling.BICUBIC)
            noise = random.normal(0, 5, (4032, 3024, 1))
            noisy = Image.fromarray(np.clip(np.asarray(large) + noise, 0, 255).astype(np.uint8))
            noisy.save(jpeg, quality=92, subsampling=2)
            pillow_heif.from_pillow(noisy).save(heic, quality=60, tile_size=512)
        jpegs.append(str(jpeg))
        heics.append(str(heic))
    return jpegs, heics


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without-likeness", action="store_true", help="times only, without SSIM")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--only-long", action="store_true")
    arguments = parser.parse_args()

    vips = shutil.which("vipsthumbnail")
    version = subprocess.run([vips, "--version"], capture_output=True, text=True).stdout.strip() if vips else "not installed"
    heif = pillow_heif.libheif_info()
    print(f"Python {sys.version.split()[0]}, Pillow {PIL.__version__}, pillow-heif {pillow_heif.__version__} "
          f"(libheif {heif['libheif']}, {json.dumps(heif.get('decoders', {}))}), {version}; "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    if arguments.photos:
        jpegs = sorted(str(p) for p in (arguments.photos / "speed-jpeg").iterdir())
        heics = sorted(str(p) for p in (arguments.photos / "speed-heic").iterdir())
    else:
        jpegs, heics = generated(arguments.samples, Path(arguments.work) / "generated")
    if arguments.only_long:
        results = {}
    else:
        results = {"JPEG": compare("JPEG", jpegs, arguments), "HEIC": compare("HEIC", heics, arguments)}
    if arguments.long or arguments.only_long:
        small = sorted(str(p) for p in arguments.samples.iterdir() if p.suffix in (".JPG", ".HEIC"))
        long_run(small + jpegs[:3] + heics[:1], arguments)
    Path(arguments.work, "results.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
