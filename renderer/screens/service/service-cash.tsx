import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { NoteRow } from '../../parts/money.tsx';
import { amount, signed } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';
import { ExchangeCard } from './exchange-card.tsx';
import { ServiceFrame, StateWord } from './service-frame.tsx';

type Unit = ScreenData<'service-cash'>['units'][number];
const LEVELS = { ok: 'ok', low: 'attention', empty: 'failed', full: 'attention' } as const;

export function ServiceCash({ data }: { readonly data: ScreenData<'service-cash'> }) {
  const text = useText();
  return (
    <ServiceFrame data={data} page="cash">
      <h2>{text('service.cash')} <span className="nowrap">{amount(data.totalMinor)}</span></h2>
      <table>
        <thead>
          <tr>
            {(['unit', 'state', 'notes', 'fill', 'sum'] as const).map((column) => <th key={column} scope="col" className={column === 'sum' ? 'right' : ''}>{text(`service.col.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.units.map((unit) => (
            <tr key={unit.unitId} className={rowClass(unit)}>
              <td><b>{text(`service.unit.${unit.role}`, { number: unit.cassetteNumber ?? '' })}</b><small translate="no">{unit.unitId}</small></td>
              <td><StateWord level={LEVELS[unit.level]} word={text(`service.level.${unit.level}`)} /></td>
              <td><NoteRow notes={unit.notes} small /></td>
              <td><Fill unit={unit} /></td>
              <td className="right nowrap">{amount(unit.totalMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="service-cards">
        {data.recycler === null ? null : <RecyclerActs recycler={data.recycler} />}
        {data.cassettes === null ? null : <NoteActs cassettes={data.cassettes} />}
        {data.coins === null ? null : <CoinActs coins={data.coins} />}
        <section className="service-card">
          <h3>{text('service.suspense')} <span>{data.suspense.count}</span></h3>
          {[data.suspense.insideMinor, data.suspense.outsideMinor].map((minor, index) => (minor === 0 ? null : <p key={index}><b className="nowrap">{amount(minor)}</b></p>))}
        </section>
      </div>
    </ServiceFrame>
  );
}

/** What stays of each kind when the rest goes to the cash box. */
const KEEP_COUNTS = [5, 10, 20, 50] as const;

function RecyclerActs({ recycler }: { readonly recycler: NonNullable<ScreenData<'service-cash'>['recycler']> }) {
  const { send } = useScreen();
  const text = useText();
  const [keepCount, setKeepCount] = useState<number>(KEEP_COUNTS[1]);
  const act = (name: 'float' | 'empty') => <button key={name} type="button" className="service-button" data-intent="serviceRecycler" data-value={name} onClick={() => send({ kind: 'serviceRecycler', act: name, keepCount })}>{text(`service.recycler.${name}`)}</button>;
  return (
    <section className="service-card">
      <h3>{text('service.recycler')}</h3>
      {recycler.isBusy ? <p role="status">{text('service.recycler.busy')}</p> : recycler.isExchanging ? <p>{text('service.recycler.exchange')}</p> : (
        <>
          <div className="service-pages" role="group" aria-label={text('service.recycler')}>
            {KEEP_COUNTS.map((count) => <button key={count} type="button" className="service-button" aria-pressed={count === keepCount} onClick={() => setKeepCount(count)}>{text('service.recycler.keep', { count })}</button>)}
          </div>
          <div className="service-pages">{act('float')}{act('empty')}</div>
        </>
      )}
      {recycler.isBusy || recycler.result === null ? null : <p role="status"><StateWord level={recycler.result === 'uncertain' || recycler.result === 'failed' ? 'attention' : 'ok'} word={text(`service.recycler.${recycler.result}`)} /></p>}
    </section>
  );
}

/** Rolls and bags. */
const COIN_STEPS = [10, 50, 100, 500] as const;

function CoinActs({ coins }: { readonly coins: NonNullable<ScreenData<'service-cash'>['coins']> }) {
  const { send } = useScreen();
  const text = useText();
  const { isExchanging, isBusy, hasBox, result } = coins;
  const units = coins.hoppers.map(({ hopperNumber, denominationMinor, coinCount, capacity }) => ({ unitNumber: hopperNumber, title: text('service.unit.coinsOut'), denominationMinor, pieceCount: coinCount, capacity }));
  return (
    <ExchangeCard
      what="coins" isExchanging={isExchanging} isBusy={isBusy} units={units} canCollect={hasBox} steps={COIN_STEPS}
      result={result === null ? null : { isWell: !NOT_WELL.some((bad) => bad === result), word: text(`service.coins.${result}`) }}
      onAct={(act, hopperNumber, coinCount) => send({ kind: 'serviceCoins', act, hopperNumber, coinCount })}
    />
  );
}

/** Single notes, straps, bundles. */
const NOTE_STEPS = [1, 10, 100, 500] as const;
const NOT_WELL = ['unitsUncounted', 'stillBringing', 'otherInside', 'underWay', 'deviceFailed', 'deviceUncertain', 'notWritten', 'failed'] as const;

function NoteActs({ cassettes: card }: { readonly cassettes: NonNullable<ScreenData<'service-cash'>['cassettes']> }) {
  const { send } = useScreen();
  const text = useText();
  const { isExchanging, isBusy, result } = card;
  const units = card.cassettes.map(({ cassetteNumber, unit, denominationMinor, noteCount, capacity }) => ({ unitNumber: cassetteNumber, title: text(`service.unit.${unit.role}`, { number: unit.number }), denominationMinor, pieceCount: noteCount, capacity }));
  return (
    <ExchangeCard
      what="notes" isExchanging={isExchanging} isBusy={isBusy} units={units} canCollect steps={NOTE_STEPS}
      result={result === null ? null : { isWell: !NOT_WELL.some((bad) => bad === result), word: text(`service.notes.${result}`) }}
      onAct={(act, cassetteNumber, noteCount) => send({ kind: 'serviceNotes', act, cassetteNumber, noteCount })}
    />
  );
}

function rowClass({ level, byDevice }: Unit): string {
  if (LEVELS[level] !== 'ok') return LEVELS[level];
  return byDevice !== null && byDevice.differenceCount !== 0 ? 'attention' : '';
}

/** What the device itself counts in it, beside the journal's figure above. */
function ByDevice({ unit: { byDevice } }: { readonly unit: Unit }) {
  const text = useText();
  if (byDevice === null) return null;
  const { noteCount, differenceCount } = byDevice;
  if (differenceCount === 0) return <small>{text('service.byDevice', { count: noteCount })}</small>;
  return <StateWord level="attention" word={text('service.byDevice.differs', { count: noteCount, difference: signed(differenceCount) })} />;
}

function Fill({ unit }: { readonly unit: Unit }) {
  const text = useText();
  const noteCount = unit.notes.reduce((sum, note) => sum + note.noteCount, 0);
  return (
    <>
      <meter min={0} max={unit.capacity} value={noteCount} aria-label={text('service.col.fill')} />
      <small>{text('service.pieces', { count: noteCount })}</small>
      <ByDevice unit={unit} />
    </>
  );
}
