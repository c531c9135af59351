import dress from "@/assets/samples/dress.jpg";
import pants from "@/assets/samples/pants.jpg";
import shirt from "@/assets/samples/shirt.jpg";
import css from "./Pocket.module.css";

/** A jeans pocket with three photos in it. Decorative. */
export function Pocket() {
  return (
    <div className={css.pocket} aria-hidden>
      <img src={dress} alt="" />
      <img src={pants} alt="" />
      <img src={shirt} alt="" />
      <svg viewBox="0 0 440 420" focusable="false">
        <path d="M0 0h440v300L220 420 0 300Z" fill="#2d417a" />
        <path d="M0 0h440v46H0Z" fill="#34497f" />
        <path d="M10 11h420M10 36h420" stroke="#e3a23f" strokeWidth="2.6" strokeDasharray="13 9" fill="none" />
        <path
          d="M14 60v228L220 402 426 288V60M26 60v220L220 387 414 280V60"
          stroke="#e3a23f"
          strokeWidth="2.6"
          strokeDasharray="13 9"
          fill="none"
        />
        <circle cx="16" cy="23" r="5" fill="#cbd3e8" />
        <circle cx="424" cy="23" r="5" fill="#cbd3e8" />
      </svg>
    </div>
  );
}
