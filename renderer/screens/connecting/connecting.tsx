import { Mark } from '../../parts/mark.tsx';

/** While there is no core: plain paper with the mark, no words of error. */
export function Connecting() {
  return (
    <main className="connecting">
      <Mark />
    </main>
  );
}
