import { useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { formatFigures } from '../logic/format.ts';
import { viewDispenser } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';

const MINOR_PER_TENGE = 100;

/** The customer at the mouth: takes all, some, or walks away. */
export function DispenserControls({ isLever }: { readonly isLever: boolean }) {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const { inReachCount, cassettes } = viewDispenser(worlds['dispenser']);
  const [leftCount, setLeftCount] = useState<number | null>(null);
  const isLeft = leftCount !== null && leftCount === inReachCount && inReachCount > 0;
  const take = (noteCount?: number) => void bench.ask('dispenser', { do: 'takeNotes', ...(noteCount === undefined ? {} : { noteCount }) });
  return (
    <div className="group">
      <div className="group-head">
        <h3>Dispenser</h3>
        <span>{inReachCount > 0 ? `${inReachCount} in the mouth${isLeft ? ', left there' : ''}` : cassettes.map((one) => `${formatFigures(one.denominationMinor / MINOR_PER_TENGE)} × ${one.noteCount}`).join(' · ')}</span>
      </div>
      <div className="row">
        <button type="button" className={isLever ? 'lever' : 'plain'} disabled={inReachCount === 0} onClick={() => take()}>
          <Icon name="handWithdraw" /> Take all
        </button>
        <button type="button" className="plain" disabled={inReachCount < 2} onClick={() => take(Math.floor(inReachCount / 2))}>Take some</button>
        <button type="button" className="plain" disabled={inReachCount === 0} onClick={() => setLeftCount(inReachCount)}>Leave</button>
      </div>
    </div>
  );
}
