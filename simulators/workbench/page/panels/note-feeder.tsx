import { useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { formatFigures } from '../logic/format.ts';
import { viewAcceptor } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';

const NOTES_TENGE = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
const KINDS = [['genuine', 'Genuine'], ['unfit', 'Unfit'], ['foreign', 'Foreign'], ['counterfeit', 'Fake']] as const;
const MINOR_PER_TENGE = 100;

/** A customer's hand with notes of each value and of each fitness. */
export function NoteFeeder({ isLever }: { readonly isLever: boolean }) {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const [noteTenge, chooseNote] = useState<number>(5_000);
  const [kind, chooseKind] = useState<string>('genuine');
  const { noteUnderWay, boxCount, storeCount, phase, condition } = viewAcceptor(worlds['acceptor']);
  return (
    <div className="group">
      <div className="group-head">
        <h3>Feed a note</h3>
        <span>{condition ?? phase}, {boxCount} in the box{storeCount === null ? '' : `, ${storeCount} to pay out`}</span>
      </div>
      <div className="chips" role="radiogroup" aria-label="Value of the note">
        {NOTES_TENGE.map((tenge, index) => (
          <button key={tenge} type="button" role="radio" aria-checked={tenge === noteTenge} className={`chip chip-${tenge}`} onClick={() => chooseNote(tenge)}>
            <span className="bars" aria-hidden="true">{Array.from({ length: index + 1 }, (_, bar) => <i key={bar} />)}</span>
            {formatFigures(tenge)}
          </button>
        ))}
      </div>
      <div className="segments" role="radiogroup" aria-label="Kind of note">
        {KINDS.map(([value, label]) => (
          <button key={value} type="button" role="radio" aria-checked={value === kind} onClick={() => chooseKind(value)}>{label}</button>
        ))}
      </div>
      <div className="row">
        <button type="button" className={isLever ? 'lever' : 'plain'} onClick={() => void bench.ask('acceptor', { do: 'insertNote', denominationMinor: noteTenge * MINOR_PER_TENGE, kind })}>
          <Icon name="handDeposit" /> Insert note
        </button>
        <button type="button" className="plain" onClick={() => void bench.ask('acceptor', { do: noteUnderWay?.place === 'mouth' ? 'takeReturnedNote' : 'pullBack' })}>
          {noteUnderWay?.place === 'mouth' ? 'Take back' : 'Pull back'}
        </button>
      </div>
    </div>
  );
}
