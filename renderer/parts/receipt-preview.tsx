import type { ScreenData } from '../../main/contracts/screen-model.ts';

type Lines = NonNullable<ScreenData<'result-success'>['receipt']>['lines'];

/** The paper as it will come out; a picture, each fact of it stands on the screen too. */
export function ReceiptPreview({ lines, label }: { readonly lines: Lines; readonly label: string }) {
  return (
    <div className="paper" role="img" aria-label={label}>
      {lines.map((line, index) => {
        switch (line.kind) {
          case 'title':
            return <p key={index} className="title">{line.text}</p>;
          case 'center':
            return <p key={index} className="center">{line.text}</p>;
          case 'text':
            return <p key={index}>{line.text}</p>;
          case 'rule':
            return <hr key={index} />;
          case 'pair':
            return (
              <p key={index} className={line.strong ? 'pair strong' : 'pair'}>
                <span>{line.label}</span>
                <span>{line.value}</span>
              </p>
            );
        }
      })}
    </div>
  );
}
