import { ImageBrokenIcon } from "@phosphor-icons/react/ImageBroken";
import { useState } from "react";
import { useHost } from "@/lib/host";
import css from "./Picture.module.css";

interface PictureProps {
  /** The path that the engine gave, such as `/media/….thumb.jpg`. */
  path: string | null | undefined;
  /** Empty where the words beside it say enough. */
  alt: string;
  className?: string | undefined;
  /** Show it whole instead of filling the frame. */
  whole?: boolean;
}

/** A photo of the engine: a sunken place until it is there, a sign where it cannot be read. */
export function Picture({ path, alt, className, whole = false }: PictureProps) {
  const host = useHost();
  const [failed, setFailed] = useState<string | null>(null);
  if (!path || failed === path) {
    return (
      <span
        className={`${css.picture} ${css.broken} ${className ?? ""}`}
        role={alt ? "img" : undefined}
        aria-label={alt || undefined}
      >
        <ImageBrokenIcon size={18} aria-hidden />
      </span>
    );
  }
  return (
    <img
      src={host.mediaUrl(path)}
      alt={alt}
      loading="lazy"
      decoding="async"
      draggable={false}
      className={`${css.picture} ${className ?? ""}`}
      data-whole={whole || undefined}
      onError={() => setFailed(path)}
    />
  );
}
