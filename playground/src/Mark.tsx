export function Mark() {
  return (
    <svg className="cc-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <g fill="none" stroke="#fff" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
        <path d="M6 21.5h20M8 19.5a8 8 0 0 1 16 0z" fill="#fff" />
        <path d="M6 24.6h20" opacity=".55" />
      </g>
      <circle cx="16" cy="8.6" r="1.9" fill="#fff" />
    </svg>
  );
}
