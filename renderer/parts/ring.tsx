import { useScreen } from '../bridge/screen-context.ts';
import { useText } from '../text/use-text.ts';
import { useCountDown } from './time-left.tsx';

const RADIUS = 112;
const ROUND = 2 * Math.PI * RADIUS;

/** Empties clockwise in one-second steps. */
export function Ring() {
  const { frame } = useScreen();
  const text = useText();
  const limit = frame.timeLimit;
  const leftMs = useCountDown(limit?.remainingMs ?? null, limit);
  if (limit === null || leftMs === null) return null;
  const seconds = Math.ceil(leftMs / 1000);
  const share = Math.min(1, (seconds * 1000) / limit.totalMs);
  return (
    <div className="ring" role="timer" aria-label={`${text('time.left')} ${seconds} ${text('time.seconds')}`}>
      <svg viewBox="0 0 240 240" aria-hidden="true">
        <circle cx="120" cy="120" r={RADIUS} />
        <circle className="left" cx="120" cy="120" r={RADIUS} strokeDasharray={`${ROUND * share} ${ROUND}`} />
      </svg>
      <span className="t-l" aria-hidden="true">{seconds}</span>
    </div>
  );
}
