import { useState } from 'react';
import { amount } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';
import { StateWord } from './service-frame.tsx';

export type ExchangeAct = 'startExchange' | 'load' | 'empty' | 'collect' | 'endExchange';

interface ExchangeUnit {
  /** Hopper or cassette, as the core numbers them. */
  readonly unitNumber: number;
  readonly title: string;
  readonly denominationMinor: number;
  readonly pieceCount: number;
  readonly capacity: number;
}

interface ExchangeCardProps {
  readonly what: 'coins' | 'notes';
  readonly isExchanging: boolean;
  readonly isBusy: boolean;
  readonly units: readonly ExchangeUnit[];
  readonly canCollect: boolean;
  /** Steps of the count that a person says he put in. */
  readonly steps: readonly number[];
  /** What came of the last act; null: none yet. */
  readonly result: { readonly isWell: boolean; readonly word: string } | null;
  /** `unitNumber` and `pieceCount` are 0 where the act has none. */
  readonly onAct: (act: ExchangeAct, unitNumber: number, pieceCount: number) => void;
}

const INTENTS = { coins: 'serviceCoins', notes: 'serviceNotes' } as const;

/** What hands do between start and end of an exchange: pieces put into a unit, a unit emptied, the box taken away. */
export function ExchangeCard({ what, isExchanging, isBusy, units, canCollect, steps, result, onAct }: ExchangeCardProps) {
  const text = useText();
  const [pieceCount, setPieceCount] = useState(0);
  const act = (name: ExchangeAct, unitNumber = 0, isOff = false) => (
    <button key={name} type="button" className="service-button" data-intent={INTENTS[what]} data-value={name} disabled={isOff} onClick={() => {
      onAct(name, unitNumber, name === 'load' ? pieceCount : 0);
      setPieceCount(0);
    }}>{text(`service.${what}.${name}`, { count: pieceCount })}</button>
  );
  return (
    <section className={isExchanging ? 'service-card wide' : 'service-card'}>
      <h3>{text(`service.${what}`)}</h3>
      {isBusy ? null : !isExchanging ? <div className="service-pages">{act('startExchange')}</div> : (
        <>
          <p>{text(`service.${what}.exchange`)}</p>
          {units.length === 0 ? null : (
            <div className="service-pages" role="group" aria-label={text(`service.${what}.put`)}>
              <span>{text(`service.${what}.put`)} <b className="nowrap">{text('service.pieces', { count: pieceCount })}</b></span>
              {steps.map((step) => <button key={step} type="button" className="service-button" onClick={() => setPieceCount(pieceCount + step)}>+{step}</button>)}
              <button type="button" className="service-button" disabled={pieceCount === 0} onClick={() => setPieceCount(0)}>0</button>
            </div>
          )}
          {units.map(({ unitNumber, title, denominationMinor, pieceCount: held, capacity }) => (
            <div key={unitNumber} className="service-pages" role="group" aria-label={title}>
              <span>{title} <b className="nowrap">{amount(denominationMinor)} × {held}</b></span>
              {act('load', unitNumber, pieceCount === 0 || held + pieceCount > capacity)}{act('empty', unitNumber, held === 0)}
            </div>
          ))}
          <div className="service-pages">{canCollect ? act('collect') : null}{act('endExchange')}</div>
        </>
      )}
      {isBusy || result === null ? null : <p role="status"><StateWord level={result.isWell ? 'ok' : 'attention'} word={result.word} /></p>}
    </section>
  );
}
