import { useState } from 'react';
import { useLinks, useStore } from '../link/use-bench.ts';
import { viewSwitches } from '../logic/worlds.ts';

const DEVICES = [['acceptor', 'Acceptor'], ['dispenser', 'Dispenser'], ['printer', 'Printer'], ['card-reader', 'Card reader'], ['scanner', 'Scanner'], ['switches', 'I/O board'], ['coin-acceptor', 'Coin acceptor'], ['coin-dispenser', 'Coin hopper']] as const;

/** Key, doors, network, and the mains and cable of one device at a time. */
export function SwitchControls() {
  const { bench } = useLinks();
  const { worlds, isNetworkDown, withoutPower, withoutCable } = useStore(bench.snapshot);
  const [device, chooseDevice] = useState<string>(DEVICES[0][0]);
  const { operatorKey, safeDoor, cabinetDoor, tamper } = viewSwitches(worlds['switches']);
  const board = (command: { readonly do: string; readonly [key: string]: string | boolean }) => void bench.ask('switches', command);
  const hasPower = !withoutPower.includes(device);
  const hasCable = !withoutCable.includes(device);
  return (
    <div className="group switches">
      <Switch label="Service key" isOn={operatorKey} onFlip={(on) => board({ do: 'turnKey', on })} />
      <Switch label="Network" isOn={!isNetworkDown} onFlip={(on) => void bench.ask('bank', { do: 'fault', fault: on ? 'linkUp' : 'linkDown' })} />
      <Switch label="Safe open" isOn={safeDoor} onFlip={(on) => board({ do: on ? 'openDoor' : 'closeDoor', door: 'safe' })} />
      <Switch label="Cabinet open" isOn={cabinetDoor} onFlip={(on) => board({ do: on ? 'openDoor' : 'closeDoor', door: 'cabinet' })} />
      <Switch label="Tamper" isOn={tamper} onFlip={(on) => board({ do: 'tamper', on })} />
      <label className="field">
        <span className="hidden">Device of the two switches that follow</span>
        <select value={device} onChange={(event) => chooseDevice(event.target.value)}>
          {DEVICES.map(([id, label]) => <option key={id} value={id}>{label}{withoutPower.includes(id) ? ' (no power)' : withoutCable.includes(id) ? ' (no cable)' : ''}</option>)}
        </select>
      </label>
      <Switch label="Its power" isOn={hasPower} onFlip={(on) => void bench.ask(device, { do: on ? 'powerOn' : 'powerOff' })} />
      <Switch label="Its cable" isOn={hasCable} onFlip={(on) => void bench.ask(device, { do: on ? 'plug' : 'unplug' })} />
    </div>
  );
}

function Switch({ label, isOn, onFlip }: { readonly label: string; readonly isOn: boolean; readonly onFlip: (isOn: boolean) => void }) {
  return (
    <button type="button" role="switch" aria-checked={isOn} className="switch" onClick={() => onFlip(!isOn)}>
      {label}
      <span className="switch-track" aria-hidden="true" />
    </button>
  );
}
