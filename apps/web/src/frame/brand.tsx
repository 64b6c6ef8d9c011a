/** Name and mark. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold tracking-tight">
      <svg aria-hidden viewBox="0 0 32 32" className="size-7 text-accent">
        <rect width="32" height="32" rx="8" fill="currentColor" />
        <path
          d="M7 11l4 11 5-9 5 9 4-11"
          fill="none"
          stroke="var(--on-accent)"
          strokeWidth="3"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      Wafleet
    </span>
  );
}
