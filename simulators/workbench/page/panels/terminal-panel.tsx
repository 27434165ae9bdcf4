import { useEffect, useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { formatMoney } from '../logic/format.ts';
import type { NextStep } from '../logic/next-step.ts';
import { viewAcceptor, viewCard, viewDispenser } from '../logic/worlds.ts';
import { CardControls } from './card-controls.tsx';
import { CoinControls } from './coin-controls.tsx';
import { DispenserControls } from './dispenser-controls.tsx';
import { Icon } from './icon.tsx';
import { NoteFeeder } from './note-feeder.tsx';
import { Panel } from './panel.tsx';
import { SwitchControls } from './switch-controls.tsx';

const PLACES = { head: 'drawn in', escrow: 'in escrow', transport: 'to the box', mouth: 'given back' } as const;

export function TerminalPanel({ step }: { readonly step: NextStep }) {
  return (
    <Panel area="terminal" title="Terminal" fact={<a href="./kiosk/" target="_blank" rel="noreferrer">Open the screen large</a>}>
      <TerminalPicture isLit={step.lever === 'screen'} />
      <div className="levers">
        <NextLever step={step} />
        <NoteFeeder isLever={step.lever === 'feeder'} />
        <DispenserControls isLever={step.lever === 'mouth'} />
        <CoinControls />
        <CardControls />
        <SwitchControls />
      </div>
    </Panel>
  );
}

/** What to try next; the button is here when no other lever does it. */
function NextLever({ step }: { readonly step: NextStep }) {
  const { screen } = useLinks();
  const { touch } = step;
  return (
    <div className="next-step">
      <p role="status">{step.say}</p>
      {touch !== undefined && (
        <button type="button" className="lever" onClick={() => screen.touch(touch)}>
          <Icon name="handTap" /> {step.label}
        </button>
      )}
    </div>
  );
}

function TerminalPicture({ isLit }: { readonly isLit: boolean }) {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const { noteUnderWay } = viewAcceptor(worlds['acceptor']);
  const { inReachCount, inReachMinor } = viewDispenser(worlds['dispenser']);
  const card = viewCard(worlds['card-reader']);
  return (
    <div className="terminal">
      <div className={`screen-frame${isLit ? ' is-lit' : ''}`}>
        <CustomerScreen />
      </div>
      <div className="slots">
        <Slot name="Notes in" content={noteUnderWay === null ? 'empty' : `${formatMoney(noteUnderWay.sumMinor)} ${PLACES[noteUnderWay.place as keyof typeof PLACES] ?? ''}`} isFull={noteUnderWay !== null} />
        <Slot name="Notes out" content={inReachCount === 0 ? 'empty' : `${inReachCount}, ${formatMoney(inReachMinor)}`} isFull={inReachCount > 0} />
        <Slot name="Card" content={card === null ? 'empty' : `•• ${card.maskedPan.slice(-4)} ${card.place}`} isFull={card !== null} />
      </div>
    </div>
  );
}

/** The same page that the kiosk window shows, at a fifth of its size; a hand on it is a customer's. */
function CustomerScreen() {
  const { screen } = useLinks();
  const model = useStore(screen.model);
  const [isBuilt, setBuilt] = useState(true);
  useEffect(() => {
    fetch('./kiosk/').then((answer) => setBuilt(answer.ok), () => setBuilt(false));
  }, []);
  if (isBuilt) return <iframe src="./kiosk/" title="Customer’s screen" />;
  return (
    <div className="no-screen">
      <p>{model?.screen ?? 'no core'}</p>
      <p>The customer’s screens are not built here: npm run build. All levers work without them.</p>
    </div>
  );
}

function Slot({ name, content, isFull }: { readonly name: string; readonly content: string; readonly isFull: boolean }) {
  return (
    <div className={`slot${isFull ? ' is-full' : ''}`}>
      <div className="slot-mouth" aria-hidden="true" />
      <p>
        {name}
        <br />
        <span>{content}</span>
      </p>
    </div>
  );
}
