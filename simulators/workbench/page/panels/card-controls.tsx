import { useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { viewCard } from '../logic/worlds.ts';

/** Invented cards of the simulators. */
const CARDS = [['card-0012', '•• 0012'], ['card-0103', '•• 0103']] as const;

export function CardControls() {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const [card, chooseCard] = useState<string>(CARDS[0][0]);
  const [code, setCode] = useState('');
  const inserted = viewCard(worlds['card-reader']);
  return (
    <div className="group">
      <div className="row">
        <label className="field">
          <span className="hidden">Card of the customer</span>
          <select value={card} onChange={(event) => chooseCard(event.target.value)}>
            {CARDS.map(([id, label]) => <option key={id} value={id}>{label}</option>)}
          </select>
        </label>
        <button type="button" className="plain" onClick={() => void bench.ask('card-reader', inserted === null ? { do: 'insertCard', card } : { do: 'takeCard' })}>{inserted === null ? 'Insert' : 'Take'}</button>
        <button type="button" className="plain" onClick={() => void bench.ask('swipe-reader', { do: 'swipe', card })}>Swipe</button>
      </div>
      <form className="row" onSubmit={(event) => { event.preventDefault(); void bench.ask('scanner', { do: 'showCode', text: code }); }}>
        <label className="field wide">
          <span className="hidden">Text of a QR code</span>
          <input value={code} placeholder="QR code: its text" maxLength={1000} onChange={(event) => setCode(event.target.value)} />
        </label>
        <button type="submit" className="plain" disabled={code === ''}>Scan</button>
      </form>
    </div>
  );
}
