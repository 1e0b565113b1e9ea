import { useEffect, useRef } from 'react';
import { pick, useGraphiQL, useMonaco } from '@graphiql/react';
import { useDocExplorer } from '@graphiql/plugin-doc-explorer';

/** Names of the editor's colours here; GraphiQL sets one of them by the page's theme. */
export const EDITOR_THEME = { light: 'concierge-light', dark: 'concierge-dark' };

const base = (background: string, link: string, quiet: string) => ({
  'editor.background': '#ffffff00',
  'scrollbar.shadow': '#ffffff00',
  'textLink.foreground': link,
  'textLink.activeForeground': link,
  'editorLink.activeForeground': link,
  'editorHoverWidget.background': background,
  'editorSuggestWidget.background': background,
  'editorSuggestWidget.selectedBackground': quiet,
  'editorSuggestWidget.selectedForeground': link,
  'editorWidget.background': background,
  'list.hoverBackground': quiet,
  'list.highlightForeground': link,
  'list.focusHighlightForeground': link,
  'menu.background': background,
  'menu.selectionBackground': quiet,
  'menu.selectionForeground': link,
  'quickInput.background': background,
  'quickInputList.focusBackground': quiet,
  focusBorder: link,
});

/** Brackets as pale as Monaco has them, and its numbers and comments, do not reach a contrast of 4.5 on our backgrounds. */
const brackets = (first: string, second: string, third: string) => ({
  'editorBracketHighlight.foreground1': first,
  'editorBracketHighlight.foreground2': second,
  'editorBracketHighlight.foreground3': third,
});

/** The editor's colours, each with a contrast of at least 4.5 on the backgrounds of editor and result. */
function useEditorTheme() {
  const monaco = useMonaco((state) => state.monaco);
  const { monacoTheme } = useGraphiQL(pick('monacoTheme'));
  useEffect(() => {
    if (!monaco) return;
    monaco.editor.defineTheme(EDITOR_THEME.light, {
      base: 'vs',
      inherit: true,
      colors: { ...base('#ffffff', '#2f49c8', '#2f49c819'), ...brackets('#0431fa', '#1f6b1f', '#7b3814') },
      rules: [
        { token: 'argument.identifier.gql', foreground: '5a56bd' },
        { token: 'number', foreground: '076640' },
        { token: 'comment', foreground: '006f00' },
      ],
    });
    monaco.editor.defineTheme(EDITOR_THEME.dark, {
      base: 'vs-dark',
      inherit: true,
      colors: { ...base('#212a3b', '#8ea3ff', '#8ea3ff19'), ...brackets('#ffd700', '#e08be0', '#5cb8ff') },
      rules: [
        { token: 'argument.identifier.gql', foreground: 'a9a4ff' },
        { token: 'number', foreground: 'b5cea8' },
        { token: 'comment', foreground: '8fbf7a' },
      ],
    });
    if (monacoTheme) monaco.editor.setTheme(monacoTheme);
  }, [monaco, monacoTheme]);
}

/** Names for screen readers, no text that runs out of a narrow editor, and no wheel that is caught in one. */
function useEditorOptions() {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useGraphiQL(
    pick('queryEditor', 'variableEditor', 'headerEditor', 'responseEditor'),
  );
  useEffect(() => {
    const scrollbar = { alwaysConsumeMouseWheel: false };
    queryEditor?.updateOptions({ ariaLabel: 'GraphQL operation', wordWrap: 'on', wrappingIndent: 'indent', scrollbar });
    variableEditor?.updateOptions({ ariaLabel: 'Variables', scrollbar });
    headerEditor?.updateOptions({ ariaLabel: 'Request headers', scrollbar });
    responseEditor?.updateOptions({ ariaLabel: 'Result', scrollbar });
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
}

/** What is opened in the pane at the side is shown from its top, wherever the page before it was scrolled to. */
function usePaneFromTop() {
  const { visiblePlugin } = useGraphiQL(pick('visiblePlugin'));
  const place = useDocExplorer();
  useEffect(() => {
    document.querySelector('.graphiql-plugin')?.scrollTo(0, 0);
  }, [visiblePlugin, place]);
}

/** In a narrow window the result stands below the editor: it is brought into view when it is there. */
function useResultInView() {
  const { isFetching } = useGraphiQL(pick('isFetching'));
  const was = useRef(false);
  useEffect(() => {
    if (was.current && !isFetching && window.matchMedia('(max-width: 760px)').matches) {
      document.querySelector('.graphiql-response')?.scrollIntoView({ block: 'nearest' });
    }
    was.current = isFetching;
  }, [isFetching]);
}

/** What GraphiQL's editors and panes do here and not by themselves. */
export function EditorHabits() {
  useEditorTheme();
  useEditorOptions();
  usePaneFromTop();
  useResultInView();
  return null;
}
