/** The app's mark: a jeans pocket with a photo in it. Decorative; the name stands beside it. */
export function PocketMark({ size = 28 }: { size?: number }) {
  // Below 32 px the threads of the full drawing run together: ground, photo, pocket and one line of thread remain.
  if (size < 32) {
    return (
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" fill="#22315b" />
        <rect x="10.5" y="4.5" width="11" height="11" rx="1.5" fill="#f7f3eb" />
        <path d="M6 12h20v11l-10 6-10-6Z" fill="#4a65ae" />
        <path d="M6 14h20" stroke="#f0b554" strokeWidth="2.4" />
      </svg>
    );
  }
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="14" fill="#22315b" />
      <rect x="20" y="7" width="17" height="22" rx="2.5" fill="#cbd3e8" transform="rotate(-8 28 18)" />
      <rect x="27" y="7" width="18" height="24" rx="2.5" fill="#f7f3eb" transform="rotate(7 36 18)" />
      <path d="M12 22h40v23L32 57 12 45Z" fill="#4a65ae" />
      <path d="M14 26h36M14 29.5h36" stroke="#f0b554" strokeWidth="1.6" strokeDasharray="3.2 2.2" fill="none" />
      <path d="M16 33v10l16 9.5L48 43V33" stroke="#f0b554" strokeWidth="1.6" strokeDasharray="3.2 2.2" fill="none" />
    </svg>
  );
}
