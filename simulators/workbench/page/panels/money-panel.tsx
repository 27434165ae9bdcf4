import { useLinks, useStore } from '../link/use-bench.ts';
import type { MoneyCheck } from '../../money-check.ts';
import { formatMoney } from '../logic/format.ts';
import { Icon } from './icon.tsx';

const TITLES = { holds: 'Money check holds', open: 'Holds, an operation is open', waiting: 'Money waits for the host', broken: 'Money check does not hold' } as const;

/** Notes that moved against the host's ledger and suspense, since both simulators were first seen. */
export function MoneyPanel() {
  const { bench } = useLinks();
  const { money } = useStore(bench.snapshot);
  if (money === null) return <div className="money money-none" role="status"><p className="money-title"><Icon name="scales" /> Money check needs devices and bank</p></div>;
  return (
    <div className={`money money-${money.state}`} role="status">
      <p className="money-title"><Icon name={money.state === 'broken' ? 'warning' : 'scales'} /> {TITLES[money.state]}</p>
      {money.problem !== null && <p>{money.problem}</p>}
      <dl>
        {linesOf(money).map(([label, amountMinor, isTotal]) => (
          <div key={label} className={isTotal ? 'is-total' : ''}>
            <dt>{label}</dt>
            <dd>{formatMoney(amountMinor)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function linesOf({ totals, openInMinor, openOutMinor }: MoneyCheck): readonly (readonly [string, number, boolean])[] {
  return [
    ['Inserted', totals.insideMinor + totals.returnedMinor, false],
    ['Returned', totals.returnedMinor, false],
    ['Booked by the host', totals.bookedInMinor, false],
    ['Suspense, in', totals.suspenseInMinor, false],
    ['Stacked, open', openInMinor, true],
    ['Dispensed', totals.handedMinor, false],
    ['Debited by the host', totals.bookedOutMinor, false],
    ['Suspense, out', totals.suspenseOutMinor, false],
    ['Dispensed, open', openOutMinor, true],
  ];
}
