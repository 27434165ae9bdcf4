import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { moment } from '../../text/figures.ts';
import { useText } from '../../text/use-text.ts';
import { ServiceFrame, StateWord } from './service-frame.tsx';

const ROWS_PER_PAGE = 8;

export function ServiceQueue({ data }: { readonly data: ScreenData<'service-queue'> }) {
  const { send } = useScreen();
  const text = useText();
  const [page, setPage] = useState(0);
  const pageCount = Math.max(1, Math.ceil(data.messages.length / ROWS_PER_PAGE));
  const shown = data.messages.slice(page * ROWS_PER_PAGE, (page + 1) * ROWS_PER_PAGE);
  return (
    <ServiceFrame data={data} page="queue">
      <h2>{text('service.messages')} <StateWord level={data.linkUp ? 'ok' : 'failed'} word={text(data.linkUp ? 'service.linkUp' : 'service.linkDown')} /></h2>
      {data.messages.length === 0 ? <p className="service-card">{text('service.queueEmpty')}</p> : (
        <table>
          <thead>
            <tr>
              {(['operation', 'state', 'created', 'attempts', 'error'] as const).map((column) => <th key={column} scope="col">{text(`service.col.${column}`)}</th>)}
              <th scope="col">{text('service.retry')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((message) => (
              <tr key={message.messageId} className={message.state === 'parked' ? 'failed' : ''}>
                <td><b>{message.operation}</b><small>{message.messageId}</small></td>
                <td>{message.state}</td>
                <td>{moment(message.createdAtUtcMs).time}</td>
                <td className="right">{message.attemptCount}</td>
                <td>{message.lastError ?? text('service.none')}</td>
                <td>{message.canRetry ? <button type="button" className="service-button" data-intent="serviceRetry" data-value={message.messageId} onClick={() => send({ kind: 'serviceRetry', messageId: message.messageId })}>{text('service.retry')}</button> : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pageCount > 1 ? (
        <div className="service-pages">
          <button type="button" className="service-button" disabled={page === 0} onClick={() => setPage(page - 1)}>←</button>
          <span>{text('service.page', { page: page + 1, count: pageCount })}</span>
          <button type="button" className="service-button" disabled={page + 1 >= pageCount} onClick={() => setPage(page + 1)}>→</button>
        </div>
      ) : null}
    </ServiceFrame>
  );
}
