import { useState } from 'react';
import { HOST_OPERATION_NAMES } from '../logic/host-operation-names.ts';
import { useLinks, useStore } from '../link/use-bench.ts';
import { inWords } from '../logic/format.ts';
import type { FaultBoardEntry } from '../../bench-messages.ts';
import { Icon } from './icon.tsx';
import { Panel } from './panel.tsx';

const TARGETS = [['acceptor', 'Acceptor'], ['dispenser', 'Dispenser'], ['printer', 'Printer'], ['card-reader', 'Card'], ['swipe-reader', 'Swipe'], ['scanner', 'QR'], ['switches', 'I/O board'], ['coin-acceptor', 'Coins in'], ['coin-dispenser', 'Coins out'], ['bank', 'Host']] as const;
/** The network switch of the terminal does these. */
const LEFT_OUT: ReadonlySet<string> = new Set(['linkDown', 'linkUp']);
/** What a technician does to make a device whole again, in order. */
const MENDING: Readonly<Record<string, readonly { readonly do: string; readonly [key: string]: string }[]>> = {
  acceptor: [{ do: 'clearPath' }], dispenser: [{ do: 'clearPath' }], printer: [{ do: 'clearJam' }, { do: 'closeCover' }, { do: 'setPaper', state: 'full' }],
  'card-reader': [{ do: 'removeCard' }], 'coin-dispenser': [{ do: 'clearJam' }, { do: 'freeOpto' }],
};
const CLOCK_SKEW_MS = 3_600_000;

/** Any fault of any device at any step: a click chooses, a step and Arm set it. */
export function FaultBoard() {
  const { bench } = useLinks();
  const boards = useStore(bench.boards);
  const { armed, withoutPower, withoutCable } = useStore(bench.snapshot);
  const [target, chooseTarget] = useState<string>('acceptor');
  const [fault, chooseFault] = useState<FaultBoardEntry | null>(null);
  const entries = (boards[target] ?? []).filter((entry) => !LEFT_OUT.has(entry.fault));
  const isArmed = (name: string) => (armed[target] ?? []).some((one) => one.fault === name);
  const choose = (next: string) => {
    chooseTarget(next);
    chooseFault(null);
  };
  const mend = async () => {
    await bench.ask(target, { do: 'clearFaults' });
    for (const command of MENDING[target] ?? []) await bench.ask(target, command);
    if (withoutPower.includes(target)) await bench.ask(target, { do: 'powerOn' });
    if (withoutCable.includes(target)) await bench.ask(target, { do: 'plug' });
  };
  return (
    <Panel area="faults" title="Fault board" fact="Choose a fault, then its step">
      <div className="fault-targets" role="tablist" aria-label="Device">
        {TARGETS.map(([id, label]) => (
          <button key={id} type="button" role="tab" id={`tab-${id}`} aria-selected={id === target} aria-controls="faults" onClick={() => choose(id)}>
            {label}
            {(armed[id]?.length ?? 0) > 0 && <Icon name="lightning" />}
          </button>
        ))}
      </div>
      <div className="fault-chips" id="faults" role="tabpanel" aria-labelledby={`tab-${target}`} tabIndex={0}>
        {entries.map((entry) => (
          <button key={entry.fault} type="button" title={entry.label} aria-pressed={fault?.fault === entry.fault} className={`fault${isArmed(entry.fault) ? ' is-armed' : ''}`} onClick={() => chooseFault(entry)}>
            {isArmed(entry.fault) && <Icon name="lightning" />} {inWords(entry.fault)}
          </button>
        ))}
        {entries.length === 0 && <p className="empty">Not running.</p>}
      </div>
      <div className="fault-foot">
        {fault === null ? <ArmedSentence /> : <ArmForm key={`${target}-${fault.fault}`} target={target} entry={fault} onDone={() => chooseFault(null)} />}
        {fault === null && <button type="button" className="plain" onClick={() => void mend()} disabled={entries.length === 0}>Mend {TARGETS.find(([id]) => id === target)?.[1].toLowerCase().replace('i/o', 'I/O')}</button>}
      </div>
    </Panel>
  );
}

function ArmForm({ target, entry, onDone }: { readonly target: string; readonly entry: FaultBoardEntry; readonly onDone: () => void }) {
  const { bench } = useLinks();
  const isBank = target === 'bank';
  const steps = isBank ? ['any operation', ...HOST_OPERATION_NAMES] : entry.at;
  const [step, chooseStep] = useState(steps[0] ?? '');
  const arm = async () => {
    const where = isBank ? (step === 'any operation' ? {} : { operation: step }) : steps.length === 0 ? {} : { at: step };
    await bench.ask(target, { do: 'fault', fault: entry.fault, ...where, times: 1, ...(entry.fault === 'clockSkew' ? { delayMs: CLOCK_SKEW_MS } : {}) });
    onDone();
  };
  return (
    <>
      <p className="fault-label">{entry.label}</p>
      <label className="field">
        <span className="hidden">Step</span>
        <select value={step} onChange={(event) => chooseStep(event.target.value)}>
          {steps.map((one) => <option key={one} value={one}>{isBank ? one : `at: ${inWords(one).toLowerCase()}`}</option>)}
        </select>
      </label>
      <button type="button" className="dark" onClick={() => void arm()}><Icon name="lightning" /> Arm</button>
      <button type="button" className="plain" onClick={onDone}>Back</button>
    </>
  );
}

/** Everything that is armed, in one sentence. */
function ArmedSentence() {
  const { bench } = useLinks();
  const { armed } = useStore(bench.snapshot);
  const all = TARGETS.flatMap(([id, label]) => (armed[id] ?? []).map((fault) => ({ id, label, ...fault })));
  if (all.length === 0) return <p className="fault-label">Nothing is armed.</p>;
  const disarm = () => {
    for (const id of new Set(all.map((fault) => fault.id))) void bench.ask(id, { do: 'clearFaults' });
  };
  return (
    <div className="armed" role="status">
      <Icon name="lightning" />
      <p>Armed: {all.map((fault) => `${fault.label.toLowerCase()} ${inWords(fault.fault).toLowerCase()}${fault.at === null ? '' : ` at ${fault.id === 'bank' ? fault.at : inWords(fault.at).toLowerCase()}`}, ${fault.times === 1 ? 'once' : `${fault.times} times`}`).join('; ')}</p>
      <button type="button" className="plain" onClick={disarm}>Disarm</button>
    </div>
  );
}
