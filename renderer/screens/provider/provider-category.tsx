import { useState } from 'react';
import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { useScreen } from '../../bridge/screen-context.ts';
import { CancelButton, PrimaryButton } from '../../parts/button.tsx';
import { Counter, CounterNote } from '../../parts/counter.tsx';
import type { IconName } from '../../parts/icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Keyboard } from '../../parts/keyboard.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

/** Phosphor names as the catalogue has them → our set; an unknown one is a shop. */
const ICONS: Readonly<Record<string, IconName>> = { 'device-mobile': 'deviceMobile', house: 'house', 'wifi-high': 'wifiHigh', bus: 'bus', 'graduation-cap': 'graduationCap', drop: 'drop', globe: 'globe', television: 'television', 'credit-card': 'creditCard' };

export function ProviderCategory({ data }: { readonly data: ScreenData<'provider-category'> }) {
  const { send } = useScreen();
  const text = useText();
  const [query, setQuery] = useState<string | null>(null);
  const cancel = <CancelButton intent="cancel" label={text('cancel')} line={text('cancel.noMoney')} />;
  if (query !== null) {
    return (
      <ScreenLayout counter={<Counter left={cancel} right={<PrimaryButton intent="searchProviders" icon="magnifyingGlass" label={text('category.search')} line={query} off={query.trim() === ''} touch={{ kind: 'searchProviders', query }} />} />}>
        <Heading>{text('category.heading')}</Heading>
        <div className="field is-current t-s" role="textbox" aria-label={text('provider.field')} aria-readonly="true">{query}<span className="caret" /></div>
        <div className="spacer" />
        <Keyboard value={query} onChange={setQuery} lengthMax={40} />
      </ScreenLayout>
    );
  }
  return (
    <ScreenLayout counter={<Counter left={cancel} right={<CounterNote>{text('category.note')}</CounterNote>} />}>
      <Heading>{text('category.heading')}</Heading>
      <button type="button" className="field search t-body soft" onClick={() => setQuery('')}><Icon name="magnifyingGlass" />{text('category.search')}</button>
      <div className="grid">
        {data.categories.map((category) => (
          <button key={category.categoryId} type="button" className="tile" data-intent="chooseCategory" data-value={category.categoryId} onClick={() => send({ kind: 'chooseCategory', categoryId: category.categoryId })}>
            <Icon name={ICONS[category.icon] ?? 'storefront'} />
            <span className="t-title">{category.name[text.language]}</span>
            <span className="t-caption line">{text('category.count', { count: category.providerCount })}</span>
          </button>
        ))}
      </div>
    </ScreenLayout>
  );
}
