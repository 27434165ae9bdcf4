import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { NoteRow } from '../../parts/money.tsx';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';
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
            {(['unit', 'state', 'notes', 'fill', 'sum'] as const).map((column) => <th key={column} scope="col">{text(`service.col.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.units.map((unit) => (
            <tr key={unit.unitId} className={LEVELS[unit.level]}>
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
        {data.coins === null ? null : <CoinActs coins={data.coins} />}
        <section className="service-card">
          <h3>{text('service.suspense')} <span className="nowrap">{amount(data.suspenseMinor)}</span></h3>
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
  const act = (name: 'float' | 'empty' | 'startExchange' | 'endExchange') => <button key={name} type="button" className="service-button" data-intent="serviceRecycler" data-value={name} onClick={() => send({ kind: 'serviceRecycler', act: name, keepCount })}>{text(`service.recycler.${name}`)}</button>;
  return (
    <section className="service-card">
      <h3>{text('service.recycler')}</h3>
      {recycler.isBusy ? <p role="status">{text('service.recycler.busy')}</p> : recycler.isExchanging ? (
        <>
          <p>{text('service.recycler.exchange')}</p>
          <div className="service-pages">{act('endExchange')}</div>
        </>
      ) : (
        <>
          <div className="service-pages" role="group" aria-label={text('service.recycler')}>
            {KEEP_COUNTS.map((count) => <button key={count} type="button" className="service-button" aria-pressed={count === keepCount} onClick={() => setKeepCount(count)}>{text('service.recycler.keep', { count })}</button>)}
          </div>
          <div className="service-pages">{act('float')}{act('empty')}{act('startExchange')}</div>
        </>
      )}
      {recycler.isBusy || recycler.result === null ? null : <p role="status"><StateWord level={recycler.result === 'uncertain' || recycler.result === 'failed' ? 'attention' : 'ok'} word={text(`service.recycler.${recycler.result}`)} /></p>}
    </section>
  );
}

/** Steps of the count that a person says he put in: rolls and bags. */
const COIN_STEPS = [10, 50, 100, 500] as const;

function CoinActs({ coins }: { readonly coins: NonNullable<ScreenData<'service-cash'>['coins']> }) {
  const { send } = useScreen();
  const text = useText();
  const [coinCount, setCoinCount] = useState(0);
  const act = (name: 'startExchange' | 'load' | 'empty' | 'collect' | 'endExchange', hopperNumber = 0, isOff = false) => (
    <button key={name} type="button" className="service-button" data-intent="serviceCoins" data-value={name} disabled={isOff} onClick={() => {
      send({ kind: 'serviceCoins', act: name, hopperNumber, coinCount: name === 'load' ? coinCount : 0 });
      setCoinCount(0);
    }}>{text(`service.coins.${name}`, { count: coinCount })}</button>
  );
  return (
    <section className="service-card">
      <h3>{text('service.coins')}</h3>
      {coins.isBusy ? null : !coins.isExchanging ? <div className="service-pages">{act('startExchange')}</div> : (
        <>
          <p>{text('service.coins.exchange')}</p>
          {coins.hoppers.length === 0 ? null : (
            <div className="service-pages" role="group" aria-label={text('service.coins.put')}>
              <span>{text('service.coins.put')} <b className="nowrap">{text('service.pieces', { count: coinCount })}</b></span>
              {COIN_STEPS.map((step) => <button key={step} type="button" className="service-button" onClick={() => setCoinCount(coinCount + step)}>+{step}</button>)}
              <button type="button" className="service-button" disabled={coinCount === 0} onClick={() => setCoinCount(0)}>0</button>
            </div>
          )}
          {coins.hoppers.map(({ hopperNumber, denominationMinor, coinCount: held, capacity }) => (
            <div key={hopperNumber} className="service-pages" role="group" aria-label={text('service.unit.coinsOut')}>
              <span>{text('service.unit.coinsOut')} <b className="nowrap">{amount(denominationMinor)} × {held}</b></span>
              {act('load', hopperNumber, coinCount === 0 || held + coinCount > capacity)}{act('empty', hopperNumber, held === 0)}
            </div>
          ))}
          <div className="service-pages">{coins.hasBox ? act('collect') : null}{act('endExchange')}</div>
        </>
      )}
      {coins.isBusy || coins.result === null ? null : <p role="status"><StateWord level={coins.result === 'failed' ? 'attention' : 'ok'} word={text(`service.coins.${coins.result}`)} /></p>}
    </section>
  );
}

function Fill({ unit }: { readonly unit: Unit }) {
  const text = useText();
  const noteCount = unit.notes.reduce((sum, note) => sum + note.noteCount, 0);
  return (
    <>
      <meter min={0} max={unit.capacity} value={noteCount} aria-label={text('service.col.fill')} />
      <small>{text('service.pieces', { count: noteCount })}</small>
    </>
  );
}
