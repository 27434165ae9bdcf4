import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

/** A card on the counter's top edge over the dimmed screen; the counter stays and carries the safe choice. */
export function Dialog({ under, heading, children, counter }: { readonly under: ReactNode; readonly heading: string; readonly children: ReactNode; readonly counter: ReactNode }) {
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.focus(), []);
  return (
    <>
      <div className="screen" inert aria-hidden="true">{under}</div>
      <div className="scrim" />
      <div className="dialog" role="alertdialog" aria-modal="true" aria-label={heading} tabIndex={-1} ref={card}>
        <h1 className="t-headline">{heading}</h1>
        {children}
      </div>
      <div className="dialog-counter">{counter}</div>
    </>
  );
}
