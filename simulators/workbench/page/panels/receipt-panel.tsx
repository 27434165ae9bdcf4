import { useEffect, useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { viewPrinter, viewReceipts } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';
import { Panel } from './panel.tsx';

const PAPER = { full: 'paper in', nearEnd: 'paper low', out: 'no paper' } as const;

/** The paper as the printer burnt it, dot by dot. */
export function ReceiptPanel({ isLever }: { readonly isLever: boolean }) {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const receipts = viewReceipts(worlds['printer']);
  const { paper, isStopped } = viewPrinter(worlds['printer']);
  // The world shows the newest ones only: the simulator counts from the first.
  const newest = receipts.at(-1);
  const [picture, setPicture] = useState<{ readonly number: number; readonly base64: string } | null>(null);
  const number = newest?.number;
  useEffect(() => {
    if (number === undefined) return setPicture(null);
    let isOver = false;
    void bench.ask('printer', { do: 'receiptPng', index: number - 1 }).then((answer) => {
      if (!isOver && typeof answer === 'string') setPicture({ number, base64: answer });
    });
    return () => void (isOver = true);
  }, [bench, number]);
  const isWaiting = newest?.taken === false;
  const repair = async () => {
    for (const command of [{ do: 'clearJam' }, { do: 'closeCover' }, { do: 'setPaper', state: 'full' }]) await bench.ask('printer', command);
  };
  return (
    <Panel area="receipt" title="Receipt" fact={newest === undefined ? (PAPER[paper as keyof typeof PAPER] ?? paper) : `Paper ${newest.number}${newest.taken ? ', taken' : ''}`}>
      <div className="printer-mouth" aria-hidden="true" />
      <div className="paper-space" tabIndex={0} role="group" aria-label="Printed paper">
        {picture !== null && <img className={`paper${isWaiting ? '' : ' is-taken'}`} src={`data:image/png;base64,${picture.base64}`} alt={`Receipt ${picture.number} as printed`} />}
        {picture === null && <p className="empty">What the printer prints appears here, dot by dot.</p>}
      </div>
      <div className="row">
        <button type="button" className={isLever ? 'lever' : 'plain'} disabled={!isWaiting} onClick={() => void bench.ask('printer', { do: 'takeReceipt' })}>
          <Icon name="receipt" /> Take
        </button>
        <button type="button" className="plain" disabled={!isStopped} onClick={() => void repair()}>New roll</button>
      </div>
    </Panel>
  );
}
