import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

export function Provider({ data }: { readonly data: ScreenData<'provider'> }) {
  const { send } = useScreen();
  const text = useText();
  return (
    <ScreenLayout counter={<Counter left={<CancelButton intent="back" label={text('back')} line={text('cancel.noMoney')} />} right={<CounterNote>{data.total === 0 ? text('provider.none') : text.rich('provider.found', { count: data.total })}</CounterNote>} />}>
      <Heading>{data.category === null ? text('provider.heading') : data.category[text.language]}</Heading>
      <div className="list tight providers">
        {data.providers.map((provider) => (
          <button key={provider.providerId} type="button" className="tile row" data-intent="chooseProvider" data-value={provider.providerId} onClick={() => send({ kind: 'chooseProvider', providerId: provider.providerId })}>
            <span className="square"><Icon name="storefront" /></span>
            <span className="text t-title"><Matched name={provider.name[text.language]} query={data.query} /></span>
            <Icon name="arrowRight" />
          </button>
        ))}
      </div>
      <div className="spacer" />
      {data.pageCount > 1 ? (
        <div className="grid">
          <SecondaryButton intent="turnPage" value="previous" label={text('terms.previous')} icon="arrowLeft" off={data.page === 0} touch={{ kind: 'turnPage', page: data.page - 1 }} />
          <SecondaryButton intent="turnPage" value="next" label={text('provider.page', { page: data.page + 1, count: data.pageCount })} icon="arrowRight" off={data.page + 1 >= data.pageCount} touch={{ kind: 'turnPage', page: data.page + 1 }} />
        </div>
      ) : null}
    </ScreenLayout>
  );
}

/** Matched letters underlined, not coloured. */
function Matched({ name, query }: { readonly name: string; readonly query: string }) {
  const at = query.trim() === '' ? -1 : name.toLocaleLowerCase().indexOf(query.trim().toLocaleLowerCase());
  if (at < 0) return name;
  const end = at + query.trim().length;
  return (
    <>
      {name.slice(0, at)}
      <u>{name.slice(at, end)}</u>
      {name.slice(end)}
    </>
  );
}
