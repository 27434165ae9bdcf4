import { useLinks, useStore } from '../link/use-bench.ts';
import { formatMoney } from '../logic/format.ts';
import { viewSuspense } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';

const RULINGS = [['matched', 'Matched'], ['paid', 'Paid'], ['writtenOff', 'Write off']] as const;

/** The person at the bank who decides on money in doubt: the oldest item first. The terminal hears it at sign-on, hourly, or when its technician opens the page. */
export function SuspensePanel() {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const items = viewSuspense(worlds['bank']);
  const [oldest] = items;
  if (oldest === undefined) return null;
  return (
    <div className="money money-waiting" role="group" aria-label="Decide on money in doubt">
      <p className="money-title"><Icon name="scales" /> In doubt: {oldest.kind} {oldest.reference}, {formatMoney(oldest.amountMinor)}{items.length > 1 ? `, ${items.length - 1} more` : ''}</p>
      {RULINGS.map(([to, label]) => (
        <button key={to} type="button" className="plain" onClick={() => void bench.ask('bank', { do: 'decideSuspense', suspenseId: oldest.suspenseId, to, authority: 'workbench', reason: 'decided on the workbench' })}>{label}</button>
      ))}
    </div>
  );
}
