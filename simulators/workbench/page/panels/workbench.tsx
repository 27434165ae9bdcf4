import { useLinks, useStore } from '../link/use-bench.ts';
import { nextStep } from '../logic/next-step.ts';
import { viewAcceptor, viewDispenser, viewReceipts } from '../logic/worlds.ts';
import { BankPanel } from './bank-panel.tsx';
import { FaultBoard } from './fault-board.tsx';
import { PhonePanel } from './phone-panel.tsx';
import { ReceiptPanel } from './receipt-panel.tsx';
import { TerminalPanel } from './terminal-panel.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { TopBar } from './top-bar.tsx';

/** The whole page at 1440 × 900 without scrolling. One lever of all panels is saffron: the next thing to try. */
export function Workbench() {
  const { bench, screen } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const model = useStore(screen.model);
  const isReceiptWaiting = viewReceipts(worlds['printer']).some((receipt) => !receipt.taken);
  const step = nextStep(model, { isReceiptWaiting, noteUnderWay: viewAcceptor(worlds['acceptor']).noteUnderWay !== null, inReachCount: viewDispenser(worlds['dispenser']).inReachCount });
  return (
    <>
      <TopBar />
      <main className="panels">
        <TerminalPanel step={step} />
        <ReceiptPanel isLever={step.lever === 'receipt'} />
        <PhonePanel isLever={step.lever === 'phone'} />
        <BankPanel />
        <FaultBoard />
        <TimelinePanel />
      </main>
    </>
  );
}
