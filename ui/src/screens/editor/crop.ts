import type { PhotoPart } from "@/lib/host";

/** The smallest side that the engine keeps (pixels). */
export const minSide = 64;

/** A frame in percent of the photo. */
export interface Frame {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The part of a photo under a frame, in its pixels and within it; null where too little would be left. */
export function partOf(frame: Frame, photo: { width: number; height: number }): PhotoPart | null {
  const edge = (percent: number, side: number) => Math.min(Math.max(Math.round((percent / 100) * side), 0), side);
  const left = edge(frame.x, photo.width);
  const top = edge(frame.y, photo.height);
  const width = edge(frame.x + frame.width, photo.width) - left;
  const height = edge(frame.y + frame.height, photo.height) - top;
  return width < minSide || height < minSide ? null : { left, top, width, height };
}
