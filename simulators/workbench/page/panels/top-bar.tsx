import { useLinks, useNow, useStore } from '../link/use-bench.ts';
import { formatTime } from '../logic/format.ts';
import { businessDayOf } from '../logic/worlds.ts';

export function TopBar() {
  const { bench, screen } = useLinks();
  const { isDevicesUp, isBankUp, isNetworkDown, worlds } = useStore(bench.snapshot);
  const model = useStore(screen.model);
  const refusal = useStore(bench.refusal);
  const nowUtcMs = useNow(1_000);
  const bankState = !isBankUp ? 'not running' : isNetworkDown ? 'cable pulled' : 'online';
  return (
    <header className="top-bar">
      <svg className="mark" viewBox="0 0 64 64" aria-hidden="true">
        <path className="mark-coin" d="M45 45a20 20 0 1 1 6-14" />
        <path className="mark-note" d="M30 44h28v13H30z" />
      </svg>
      <h1>Qolma workbench</h1>
      <Fact label="Terminal" value={model === null ? 'core not running' : `${model.terminal.number}, ${model.screen}`} />
      <Fact label="Devices" value={isDevicesUp ? 'simulated, running' : 'not running'} />
      <Fact label="Bank" value={bankState} />
      <Fact label="Business day" value={businessDayOf(worlds['bank']) ?? '–'} />
      <p className="refusal" role="status">
        {refusal === null ? '' : `Not done (${refusal.target}, ${refusal.action}): ${refusal.detail}`}
      </p>
      <Fact label="Time" value={formatTime(nowUtcMs, 'seconds')} />
    </header>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <p className="top-fact">
      <span>{label}</span> <strong>{value}</strong>
    </p>
  );
}
