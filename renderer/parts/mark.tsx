/** The coin and the note: one path set, 64×64. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 64 64" aria-hidden="true">
      <path d="M28 8a23 23 0 1 0 16.6 38.9L39 41a15 15 0 1 1 4-10.2 15 15 0 0 1-.4 3.4h8.1a23 23 0 0 0 .3-3.4A23 23 0 0 0 28 8Z" fill="var(--ink)" />
      <rect x="30" y="44" width="27" height="13" rx="3" fill="var(--turn-pressed)" />
    </svg>
  );
}
