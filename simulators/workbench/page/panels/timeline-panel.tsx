import { useEffect, useMemo, useRef, useState } from 'react';
import { useLinks, useNow, useStore } from '../link/use-bench.ts';
import { formatTime } from '../logic/format.ts';
import type { Entry, Lane } from '../logic/timeline.ts';
import { entryOf, LANES, stretchesOf } from '../logic/timeline.ts';
import { Panel } from './panel.tsx';

const WINDOW_MS = 90_000;
const GRID_MS = 15_000;
const LOG_MAX = 200;
/** Width of a letter and of the space around a label, in time, where the page is 1440 wide. */
const LABEL_CHARACTER_MS = 760;
const LABEL_GAP_MS = 2_200;
const LABELS: Readonly<Record<Lane, string>> = { customer: 'Customer', state: 'State', journal: 'Journal', devices: 'Devices', host: 'Host' };

/** What happened in the last minute and a half, lane by lane, and as a log. */
export function TimelinePanel() {
  const { bench } = useLinks();
  const events = useStore(bench.events);
  const nowUtcMs = useNow(500);
  const [hidden, setHidden] = useState<ReadonlySet<Lane>>(new Set());
  const entries = useMemo(() => events.map(entryOf).sort((a, b) => a.atUtcMs - b.atUtcMs), [events]);
  const flip = (lane: Lane) => setHidden(hidden.has(lane) ? new Set([...hidden].filter((one) => one !== lane)) : new Set([...hidden, lane]));
  const fromUtcMs = nowUtcMs - WINDOW_MS;
  const placeOf = (atUtcMs: number) => `${Math.min(100, Math.max(0, ((atUtcMs - fromUtcMs) / WINDOW_MS) * 100))}%`;
  const gridUtcMs = Array.from({ length: WINDOW_MS / GRID_MS }, (_, index) => (Math.floor(nowUtcMs / GRID_MS) - index) * GRID_MS).filter((at) => at > fromUtcMs + 3_000);
  return (
    <Panel
      area="timeline"
      title="Timeline"
      fact={
        <div className="filters" role="group" aria-label="Shown in the log">
          {LANES.map((lane) => (
            <button key={lane} type="button" aria-pressed={!hidden.has(lane)} className={`filter lane-${lane}`} onClick={() => flip(lane)}><i aria-hidden="true" /> {lane}</button>
          ))}
        </div>
      }
    >
      <div className="lanes" aria-hidden="true">
        <div className="lane lane-times"><span /><div>{gridUtcMs.map((at) => <time key={at} style={{ left: placeOf(at) }}>{formatTime(at, 'seconds')}</time>)}</div></div>
        {LANES.map((lane) => (
          <div key={lane} className={`lane lane-${lane}`}>
            <span>{LABELS[lane]}</span>
            <div>
              {gridUtcMs.map((at) => <b key={at} style={{ left: placeOf(at) }} />)}
              {lane === 'state'
                ? stretchesOf(events, nowUtcMs).filter((one) => one.toUtcMs > fromUtcMs).map((one) => <em key={one.fromUtcMs} className={one.toUtcMs === nowUtcMs ? 'is-now' : ''} style={{ left: placeOf(one.fromUtcMs), right: `calc(100% - ${placeOf(one.toUtcMs)})` }}>{one.screen}</em>)
                : marksOf(entries, lane, fromUtcMs, nowUtcMs).map(({ entry, side }, index) => <i key={`${entry.atUtcMs}-${index}`} style={{ left: placeOf(entry.atUtcMs) }}>{side === 'none' ? null : <u className={`mark-${side}`}>{entry.mark}</u>}</i>)}
            </div>
          </div>
        ))}
      </div>
      <Log entries={entries.filter((entry) => !hidden.has(entry.lane)).slice(-LOG_MAX)} />
    </Panel>
  );
}

type LabelSide = 'right' | 'left' | 'none';

/** A label stands beside its dot where no other dot and no other label is: after it, else before it, else not at all. */
function marksOf(entries: readonly Entry[], lane: Lane, fromUtcMs: number, toUtcMs: number): readonly { readonly entry: Entry; readonly side: LabelSide }[] {
  const marks = entries.filter((entry) => entry.lane === lane && entry.atUtcMs > fromUtcMs && entry.text !== 'link.heartbeat').slice(-LOG_MAX);
  let takenUntilUtcMs = fromUtcMs;
  return marks.map((entry, index) => {
    const widthMs = entry.mark.length * LABEL_CHARACTER_MS + LABEL_GAP_MS;
    const nextUtcMs = marks[index + 1]?.atUtcMs ?? toUtcMs;
    const side: LabelSide = entry.mark === '' ? 'none' : nextUtcMs - entry.atUtcMs > widthMs ? 'right' : entry.atUtcMs - takenUntilUtcMs > widthMs ? 'left' : 'none';
    takenUntilUtcMs = side === 'right' ? entry.atUtcMs + widthMs : entry.atUtcMs;
    return { entry, side };
  });
}

/** Stays at the newest line until somebody scrolls up. */
function Log({ entries }: { readonly entries: readonly Entry[] }) {
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [entries]);
  return (
    <div className="log" ref={list} tabIndex={0} role="region" aria-label="Log" onScroll={({ currentTarget }) => void (isAtEnd.current = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight < 24)}>
      <table>
        <tbody>
          {entries.map((entry, index) => (
            <tr key={`${entry.atUtcMs}-${index}`} className={`log-${entry.lane}`}>
              <td>{formatTime(entry.atUtcMs, 'milliseconds')}</td>
              <td className="log-source">{entry.source}</td>
              <td className="log-text">{entry.text}</td>
              <td className="log-remark">{entry.remark}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {entries.length === 0 && <p className="empty">Nothing has happened yet.</p>}
    </div>
  );
}
