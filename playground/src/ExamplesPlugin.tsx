import { pick, useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react';
import { parse, type OperationDefinitionNode } from 'graphql';
import { EXAMPLES, type Example } from './examples';

function ExamplesIcon(props: React.SVGProps<SVGSVGElement>) {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" strokeWidth="1.6" {...props}>
      <path d="M4 6h9M4 11h7M4 16h5" strokeLinecap="round" />
      <path d="M14 11.5v8l6.5-4z" strokeLinejoin="round" />
    </svg>
  );
}

function Examples() {
  const actions = useGraphiQLActions();
  const { tabs, activeTabIndex, queryEditor, variableEditor, responseEditor } = useGraphiQL(
    pick('tabs', 'activeTabIndex', 'queryEditor', 'variableEditor', 'responseEditor'),
  );
  const ready = Boolean(queryEditor && responseEditor);

  function open({ source }: Example) {
    if (!queryEditor) return;
    actions.stop();
    const isOpen = (index: number) =>
      (index === activeTabIndex ? queryEditor.getValue() : (tabs[index]?.query ?? '')).trim() === source;
    const existing = isOpen(activeTabIndex) ? activeTabIndex : tabs.findIndex((_, index) => isOpen(index));
    if (existing < 0) {
      if (queryEditor.getValue().trim() !== '') actions.addTab();
      queryEditor.setValue(`${source}\n`);
      variableEditor?.setValue('');
    } else if (existing !== activeTabIndex) {
      actions.changeTab(existing);
    }
    // The editor finds out by itself, but later: running at once must not use the former tab's operation.
    const documentAST = parse(source);
    const operations = documentAST.definitions.filter(
      (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
    );
    const operationName = operations[0]?.name?.value;
    actions.setOperationFacts({ documentAST, operationName, operations });
    actions.updateActiveTabValues({ query: queryEditor.getValue(), operationName: operationName ?? null });
    queryEditor.setScrollTop(0);
  }

  return (
    <section className="cc-examples" aria-labelledby="cc-examples-title">
      <h2 id="cc-examples-title">Examples</h2>
      <p className="cc-quiet">
        Ready to run against the demo workspaces. Each opens in a tab of its own, to be changed as you like.
      </p>
      <ol>
        {EXAMPLES.map((example) => (
          <li key={example.file}>
            <button
              type="button"
              className="cc-example-open"
              disabled={!ready}
              title={example.about || undefined}
              onClick={() => open(example)}
            >
              <span className="cc-example-title">{example.title}</span>
              <span className="cc-example-audience">{example.audience}</span>
            </button>
            <button
              type="button"
              className="cc-button cc-run"
              disabled={!ready}
              aria-label={`Run: ${example.title}`}
              onClick={() => {
                open(example);
                void actions.run();
              }}
            >
              Run
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

export const EXAMPLES_PLUGIN: GraphiQLPlugin = {
  title: 'Examples',
  icon: ExamplesIcon,
  content: Examples,
};
