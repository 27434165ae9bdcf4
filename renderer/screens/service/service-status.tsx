import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { operatorText } from '../../../main/foundation/operator-texts.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { amount, moment } from '../../text/figures.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord, TechnicalRecord } from './service-frame.tsx';
import { ServiceTroubles } from './service-troubles.tsx';

type Device = ScreenData<'service-status'>['devices'][number];

export function ServiceStatus({ data }: { readonly data: ScreenData<'service-status'> }) {
  const text = useText();
  const [shownId, setShownId] = useState<string | null>(null);
  const troubled = data.devices.filter((device) => device.level !== 'ok');
  const shown = data.devices.find((device) => device.deviceId === shownId);
  return (
    <ServiceFrame data={data} page="status">
      <ServiceTroubles troubles={data.troubles} />
      <h2>{text('service.devices')}</h2>
      <table>
        <thead>
          <tr>
            {(['device', 'state', 'firmware', 'fault', 'since', 'show'] as const).map((column) => <th key={column} scope="col" className={column === 'since' ? 'right' : ''}>{text(`service.col.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.devices.map((device) => <DeviceRow key={device.deviceId} device={device} isShown={device === shown} onShow={() => setShownId(device === shown ? null : device.deviceId)} />)}
        </tbody>
      </table>
      {shown === undefined ? null : <DeviceDetail device={shown} />}
      <div className="service-cards">
        <section className="service-card">
          <h3>{text('service.incidents')} <span>{troubled.length + data.troubles.length}</span></h3>
          {troubled.length === 0 ? <p>{text('service.noFault')}</p> : troubled.map((device) => <Incident key={device.deviceId} device={device} />)}
        </section>
        <section className="service-card">
          <h3>{text('service.suspense')} <span>{data.suspense.length}</span></h3>
          {data.suspense.length === 0 ? <p>{text('service.suspenseNone')}</p> : data.suspense.slice(0, 6).map((item) => (
            <p key={item.suspenseId} className="service-line"><span>{item.reference ?? '–'} · {moment(item.openedAtUtcMs).date} {moment(item.openedAtUtcMs).time}</span><b className="nowrap">{amount(item.amountMinor)}</b></p>
          ))}
        </section>
      </div>
    </ServiceFrame>
  );
}

function useDeviceName(device: Device): string {
  const text = useText();
  const name = `service.device.${device.deviceClass}`;
  return isTextId(name) ? text(name) : device.deviceClass;
}

function DeviceRow({ device, isShown, onShow }: { readonly device: Device; readonly isShown: boolean; readonly onShow: () => void }) {
  const text = useText();
  const name = useDeviceName(device);
  const state = `service.state.${device.state}`;
  return (
    <tr className={device.level === 'ok' ? '' : device.level}>
      <td><b>{name}</b><small>{[device.model, device.protocol].filter(Boolean).join(' · ')}</small></td>
      <td><StateWord level={device.level} /><small>{isTextId(state) ? text(state) : device.state}</small></td>
      <td>{device.firmware ?? '–'}<small>{device.serialNumber === null ? '' : `№ ${device.serialNumber}`}</small></td>
      <td>{device.faults[0] ?? text('service.none')}<small>{device.linkErrorCount === 0 ? '' : `${text('service.col.linkErrors')}: ${device.linkErrorCount}`}</small></td>
      <td className="right">{moment(device.sinceUtcMs).time}</td>
      <td><button type="button" className="service-button" aria-expanded={isShown} aria-label={`${text('service.lastFaults')}: ${name}`} data-device={device.deviceId} onClick={onShow}>{device.lastFaults.length}</button></td>
    </tr>
  );
}

/** The last faults over all starts with what to do about each, and every counter of this start. */
function DeviceDetail({ device }: { readonly device: Device }) {
  const text = useText();
  const counters = Object.entries(device.counters).filter(([, count]) => count > 0);
  return (
    <section className="service-card device-detail" aria-label={useDeviceName(device)}>
      <h3>{useDeviceName(device)} <span>{device.deviceId}</span></h3>
      {device.lastFaults.length === 0 ? <p>{text('service.noFault')}</p> : (
        <table>
          <thead><tr>{(['time', 'fault', 'whatToDo'] as const).map((column) => <th key={column} scope="col">{text(`service.col.${column}`)}</th>)}</tr></thead>
          <tbody>
            {device.lastFaults.map((fault, index) => (
              <tr key={`${fault.atUtcMs} ${fault.code} ${index}`}>
                <td className="nowrap">{moment(fault.atUtcMs).date} {moment(fault.atUtcMs).time}</td>
                <td>{fault.code}</td>
                <td>{operatorText(fault.code, text.language)}<TechnicalRecord record={fault.detail} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {device.restarts.map((what) => <RestartButton key={what} what={what} />)}
      <p className="service-record">{text('service.col.counters')}: {counters.length === 0 ? '–' : counters.map(([counter, count]) => `${counter} ${count}`).join(', ')}</p>
    </section>
  );
}

/** Switched off and on again by the board, on the second touch. */
function RestartButton({ what }: { readonly what: Device['restarts'][number] }) {
  const { send, allows } = useScreen();
  const text = useText();
  const [isAsked, setIsAsked] = useState(false);
  if (!allows('serviceRestart')) return null;
  return <button type="button" className="service-button" data-intent="serviceRestart" data-value={what} onClick={() => (isAsked ? send({ kind: 'serviceRestart', what }) : setIsAsked(true))}>{text(isAsked ? 'service.restart.sure' : `service.restart.${what}`)}</button>;
}

function Incident({ device }: { readonly device: Device }) {
  const { send, allows } = useScreen();
  const text = useText();
  const code = device.faults[0] ?? device.lastFaults[0]?.code;
  return (
    <div className="incident">
      <p><StateWord level={device.level} word={useDeviceName(device)} /> <small>{code}</small></p>
      <p>{code === undefined ? '' : operatorText(code, text.language)}</p>
      {allows('serviceReset') ? <button type="button" className="service-button" data-intent="serviceReset" data-value={device.deviceId} onClick={() => send({ kind: 'serviceReset', deviceId: device.deviceId })}>{text('service.reset')}</button> : null}
    </div>
  );
}
