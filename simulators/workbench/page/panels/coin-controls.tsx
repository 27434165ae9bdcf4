import { useLinks, useStore } from '../link/use-bench.ts';
import { formatFigures } from '../logic/format.ts';
import { viewCoins } from '../logic/worlds.ts';
import { Icon } from './icon.tsx';

const COINS_TENGE = [20, 50, 100, 200] as const;
const MINOR_PER_TENGE = 100;

/** Coins that a technician pours in at once. */
const LOAD_COUNT = 100;

/** A customer's hand with coins and at the coin tray, a technician's at hopper and box: in the terminal he says so on the page of cash. Nothing where no core has set the coin acceptor up. */
export function CoinControls() {
  const { bench } = useLinks();
  const { worlds } = useStore(bench.snapshot);
  const { isInUse, hopperCount, denominationMinor, trayCount } = viewCoins(worlds['coin-acceptor'], worlds['coin-dispenser']);
  if (!isInUse) return null;
  return (
    <div className="group">
      <div className="group-head">
        <h3>Coins</h3>
        <span>{trayCount > 0 ? `${trayCount} in the tray` : `${formatFigures(denominationMinor / MINOR_PER_TENGE)} × ${hopperCount} in the hopper`}</span>
      </div>
      <div className="row">
        {COINS_TENGE.map((tenge) => (
          <button key={tenge} type="button" className="plain" aria-label={`Throw in ${tenge} tenge`} onClick={() => void bench.ask('coin-acceptor', { do: 'insertCoin', denominationMinor: tenge * MINOR_PER_TENGE })}>{formatFigures(tenge)}</button>
        ))}
        <button type="button" className="plain" disabled={trayCount === 0} onClick={() => void bench.ask('coin-dispenser', { do: 'takeCoins' })}>
          <Icon name="handWithdraw" /> Take coins
        </button>
      </div>
      <div className="row">
        <button type="button" className="plain" onClick={() => void bench.ask('coin-dispenser', { do: 'loadCoins', coinCount: LOAD_COUNT })}>Pour {LOAD_COUNT} into the hopper</button>
        <button type="button" className="plain" disabled={hopperCount === 0} onClick={() => void bench.ask('coin-dispenser', { do: 'emptyHopper' })}>Empty the hopper</button>
        <button type="button" className="plain" onClick={() => void bench.ask('coin-acceptor', { do: 'collectBox' })}>Take the coin box</button>
      </div>
    </div>
  );
}
