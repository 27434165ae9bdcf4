import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { amount, moment } from '../../text/figures.ts';
import { isTextId, useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord } from './service-frame.tsx';
import { ServiceTroubles } from './service-troubles.tsx';

type Device = ScreenData<'service-status'>['devices'][number];
const COUNTERS_SHOWN = 2;

export function ServiceStatus({ data }: { readonly data: ScreenData<'service-status'> }) {
  const text = useText();
  const troubled = data.devices.filter((device) => device.level !== 'ok');
  return (
    <ServiceFrame data={data} page="status">
      <ServiceTroubles troubles={data.troubles} />
      <h2>{text('service.devices')}</h2>
      <table>
        <thead>
          <tr>
            {(['device', 'state', 'firmware', 'counters', 'fault', 'since'] as const).map((column) => <th key={column} scope="col">{text(`service.col.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.devices.map((device) => <DeviceRow key={device.deviceId} device={device} />)}
        </tbody>
      </table>
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

function DeviceRow({ device }: { readonly device: Device }) {
  const text = useText();
  const name = `service.device.${device.deviceClass}`;
  const state = `service.state.${device.state}`;
  const counters = Object.entries(device.counters).filter(([, count]) => count > 0).slice(0, COUNTERS_SHOWN).map(([counter, count]) => `${counter} ${count}`).join(', ');
  return (
    <tr className={device.level}>
      <td><b>{isTextId(name) ? text(name) : device.deviceClass}</b><small>{[device.model, device.protocol].filter(Boolean).join(' · ')}</small></td>
      <td><StateWord level={device.level} /><small>{isTextId(state) ? text(state) : device.state}</small></td>
      <td>{device.firmware ?? '–'}</td>
      <td>{counters === '' ? '–' : counters}</td>
      <td>{device.lastFault?.code ?? text('service.none')}</td>
      <td className="right">{moment(device.sinceUtcMs).time}</td>
    </tr>
  );
}

function Incident({ device }: { readonly device: Device }) {
  const { send } = useScreen();
  const text = useText();
  const name = `service.device.${device.deviceClass}`;
  return (
    <div className="incident">
      <p><StateWord level={device.level} word={isTextId(name) ? text(name) : device.deviceClass} /> <small>{device.lastFault?.code}</small></p>
      <p>{device.lastFault?.operator ?? ''}</p>
      <button type="button" className="service-button" data-intent="serviceReset" data-value={device.deviceId} onClick={() => send({ kind: 'serviceReset', deviceId: device.deviceId })}>{text('service.reset')}</button>
    </div>
  );
}
