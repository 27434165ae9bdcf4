import type { ScreenData } from '../../../main/contracts/screen-model.ts';
import { CancelButton, PrimaryButton, SecondaryButton } from '../../parts/button.tsx';
import { Counter } from '../../parts/counter.tsx';
import { Heading, ScreenLayout } from '../../parts/screen.tsx';
import { useText } from '../../text/use-text.ts';

export function Terms({ data }: { readonly data: ScreenData<'terms'> }) {
  const text = useText();
  return (
    <ScreenLayout
      counter={<Counter left={<CancelButton intent="back" label={text('back')} line={text('back.line')} />} right={<PrimaryButton intent="next" label={text('terms.accept')} line={text('terms.acceptLine')} />} />}
    >
      <Heading line={text('terms.version', { version: data.version })}>{text('terms.heading')}</Heading>
      <p className="t-body card terms-text">{data.text[text.language]}</p>
      <div className="spacer" />
      <div className="grid">
        <SecondaryButton intent="turnPage" value="previous" label={text('terms.previous')} icon="arrowLeft" off={data.page === 0} touch={{ kind: 'turnPage', page: data.page - 1 }} />
        <SecondaryButton intent="turnPage" value="next" label={text('terms.next')} icon="arrowRight" off={data.page + 1 >= data.pageCount} touch={{ kind: 'turnPage', page: data.page + 1 }} />
      </div>
      <p className="t-caption soft">{text('terms.page', { page: data.page + 1, count: data.pageCount })}</p>
    </ScreenLayout>
  );
}
