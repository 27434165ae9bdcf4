import { useEffect, useState } from 'react';
import { useScreen } from '../bridge/screen-context.ts';
import { clock } from '../text/figures.ts';
import { useText } from '../text/use-text.ts';

/** Milliseconds left of a span that began when this model came; counted here for the eye only, the core's clock decides. */
export function useCountDown(startMs: number | null, key: unknown): number | null {
  const [leftMs, setLeftMs] = useState(startMs);
  useEffect(() => {
    setLeftMs(startMs);
    if (startMs === null) return undefined;
    const begun = performance.now();
    const timer = setInterval(() => setLeftMs(Math.max(0, startMs - (performance.now() - begun))), 250);
    return () => clearInterval(timer);
  }, [startMs, key]);
  return leftMs;
}

export function TimeLeft() {
  const { frame } = useScreen();
  const text = useText();
  const leftMs = useCountDown(frame.timeLimit?.remainingMs ?? null, frame.timeLimit);
  if (leftMs === null) return null;
  return (
    <p className="time-left t-caption">
      <span className="time-word">{text('time.left')}</span> <b>{clock(leftMs)}</b>
    </p>
  );
}
