import type { ReactNode } from 'react';

/** White card with a 40 px title bar: title left, fact right. */
export function Panel({ area, title, fact, children }: { readonly area: string; readonly title: string; readonly fact?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={`panel panel-${area}`} aria-labelledby={`title-${area}`}>
      <header className="panel-head">
        <h2 id={`title-${area}`}>{title}</h2>
        <div className="panel-fact">{fact}</div>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
