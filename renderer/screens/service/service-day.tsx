import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { amount, dayText, moment, signed } from '../../text/figures.ts';
import { isTextId, useText, type Texter } from '../../text/use-text.ts';
import { ServiceFrame, StateWord, TechnicalRecord } from './service-frame.tsx';

type Data = ScreenData<'service-day'>;
const DIFFERENCES_SHOWN = 5;
const OPERATIONS_SHOWN = 3;

/** The business day three ways, each difference with its reason, and what the last start found. */
export function ServiceDay({ data }: { readonly data: Data }) {
  const text = useText();
  // Nothing explains a device that counts otherwise than the journal.
  const isExplained = data.differences.every((difference) => difference.kind !== 'unexplained') && data.units.every(({ byDevice }) => byDevice === null);
  return (
    <ServiceFrame data={data} page="day">
      <h2>{text('service.businessDay')} {data.day === null ? '–' : dayText(data.day)} <StateWord level={isExplained ? 'ok' : 'failed'} word={text(isExplained ? 'service.day.explained' : 'service.day.unexplained')} /></h2>
      <table>
        <thead><tr>{(['kind', 'count', 'byDevices', 'byJournal', 'byHost'] as const).map((column) => <th key={column} scope="col" className={column === 'kind' ? '' : 'right'}>{text(`service.col.${column}`)}</th>)}</tr></thead>
        <tbody>
          {data.operations.map((total) => (
            <tr key={total.operation} className={total.deviceMinor === total.journalMinor && total.journalMinor === total.hostMinor ? '' : 'attention'}>
              <td>{text(`service.op.${total.operation}`)}</td>
              <td className="right">{total.count}</td>
              {[total.deviceMinor, total.journalMinor, total.hostMinor].map((minor, index) => <td key={index} className="right nowrap">{amount(minor)}</td>)}
            </tr>
          ))}
          {data.units.map((unit) => (
            <tr key={unit.unitId} className={unit.movedMinor === unit.countedMinor && unit.byDevice === null ? '' : 'attention'}>
              <td><b>{unitName(unit.unitId, text)}</b>{unit.byDevice === null ? null : <small>{text('service.byDevice.counts', { device: unit.byDevice.deviceCount, journal: unit.byDevice.journalCount, difference: signed(unit.byDevice.differenceCount) })}</small>}</td>
              <td />
              <td className="right nowrap">{amount(unit.movedMinor)}</td>
              <td className="right nowrap">{amount(unit.countedMinor)}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      <div className="service-cards">
        <section className="service-card">
          <h3>{text('service.day.differences')} <span>{data.differences.length}</span></h3>
          {data.differences.slice(0, DIFFERENCES_SHOWN).map((difference) => {
            const key = `service.difference.${difference.kind}`;
            return <p key={`${difference.operationId}${difference.kind}`} className="service-line"><span>{isTextId(key) ? text(key) : difference.kind}</span><b className="nowrap">{amount(difference.amountMinor)}</b></p>;
          })}
        </section>
        <section className="service-card">
          <h3>{text('service.reconciled')}</h3>
          {data.reconciled === null ? <p>–</p> : (
            <>
              <p>{dayText(data.reconciled.day)} <StateWord level={data.reconciled.result === 'agreed' ? 'ok' : 'failed'} word={text(`service.reconciled.${data.reconciled.result}`)} /></p>
              {data.reconciled.bank.map(({ operation, bookedMinor }) => <p key={operation} className="service-line"><span>{operationName(operation, text)}</span><b className="nowrap">{amount(bookedMinor)}</b></p>)}
              {data.reconciled.detail === null ? null : <BookedOtherwise detail={data.reconciled.detail} />}
            </>
          )}
        </section>
        <section className="service-card">
          <h3>{text('service.recovery')}</h3>
          {data.recovery === null ? <p>–</p> : (
            <>
              <p>{moment(data.recovery.atUtcMs).date} {moment(data.recovery.atUtcMs).time}</p>
              <p>{text('service.recovery.text', { open: data.recovery.openOperations, doubt: data.recovery.suspendedItems })}</p>
              <TechnicalRecord record={data.recovery.lines.join(' · ')} />
            </>
          )}
        </section>
      </div>
    </ServiceFrame>
  );
}

/** Which operations the bank has booked otherwise than it confirmed them here. */
function BookedOtherwise({ detail: { state, operations, isCut } }: { readonly detail: NonNullable<NonNullable<Data['reconciled']>['detail']> }) {
  const text = useText();
  const rest = operations.length - OPERATIONS_SHOWN;
  return (
    <>
      {operations.slice(0, OPERATIONS_SHOWN).map(({ operationId, operation, bookedMinor, confirmedMinor }) => (
        <p key={operationId}>
          <b>{operationName(operation, text)}</b> <small translate="no">{operationId}</small><br />
          {text('service.reconciled.booked', { here: amount(confirmedMinor), bank: amount(bookedMinor) })}
        </p>
      ))}
      {rest > 0 ? <p>{text('service.more', { count: isCut ? `${rest}+` : String(rest) })}</p> : null}
      {state === 'asked' ? <p>{text('service.reconciled.asked')}</p> : null}
      {state === 'refused' ? <p>{text('service.reconciled.refused')}</p> : null}
      {state === 'compared' && operations.length === 0 ? <p>{text('service.reconciled.noneFound')}</p> : null}
    </>
  );
}

/** As the cash page calls them: boxes, cassettes and recycler units by their numbers, the tray of rejected notes; the path has no name there. */
function unitName(unitId: string, text: Texter): string {
  const [device, place = ''] = unitId.split('.');
  switch (device) {
    case 'acceptor':
      return text(place === 'box' ? 'service.unit.cashIn' : 'service.suspense.inTransport');
    case 'recycler':
      return text('service.unit.recycle', { number: place });
    case 'coinAcceptor':
      return text('service.unit.coinsIn');
    case 'coinDispenser':
      return text('service.unit.coinsOut');
    default:
      if (/^\d+$/.test(place)) return text('service.unit.cashOut', { number: place });
      return place === 'reject' ? text('service.unit.reject') : text('service.suspense.inTransport');
  }
}

function operationName(operation: string, text: Texter): string {
  const key = `service.op.${operation}`;
  return isTextId(key) ? text(key) : operation;
}
