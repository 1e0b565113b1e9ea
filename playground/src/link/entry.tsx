import { useWords } from '../words';
import type { SignUpAnswer, SignUpField } from './invitation';
import { Field } from './parts';

/** What a workspace asks of whom it lets in. */
export interface SignUp {
  terms: string | null;
  termsVersion: number | null;
  formForInvited: boolean;
  fields: SignUpField[];
}

const nameOf = (key: string) => `answer:${key}`;

/** The form's fields, where the invited fill them in, and the terms, where there are any. */
export function Entry({ signUp }: { signUp: SignUp }) {
  const { invitation: words } = useWords();
  const fields = signUp.formForInvited ? signUp.fields : [];
  return (
    <>
      {fields.map((field) => (
        <EntryField key={field.key} field={field} />
      ))}
      {signUp.termsVersion !== null && (
        <>
          <details className="cc-terms">
            <summary>{words.terms}</summary>
            <p>{signUp.terms}</p>
          </details>
          <label className="cc-check">
            <input type="checkbox" name="terms" required /> {words.acceptTerms}
          </label>
        </>
      )}
    </>
  );
}

function EntryField({ field }: { field: SignUpField }) {
  const { invitation: words } = useWords();
  const label = field.required ? field.label : words.optional(field.label);
  if (field.kind === 'CHECKBOX') {
    return (
      <label className="cc-check">
        <input type="checkbox" name={nameOf(field.key)} required={field.required} value="true" /> {label}
      </label>
    );
  }
  if (field.kind === 'CHOICE') {
    return (
      <label className="cc-field">
        <span>{label}</span>
        <select name={nameOf(field.key)} required={field.required} defaultValue="">
          <option value="">–</option>
          {field.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return <Field label={label} name={nameOf(field.key)} required={field.required} maxLength={2000} />;
}

/** What was filled in, as the API takes it. */
export function filledIn(signUp: SignUp, value: (name: string) => string): { acceptedTermsVersion?: number; answers?: SignUpAnswer[] } {
  const fields = signUp.formForInvited ? signUp.fields : [];
  const answers = fields.map(({ key }) => ({ key, value: value(nameOf(key)) })).filter((answer) => answer.value !== '');
  return {
    ...(signUp.termsVersion !== null && value('terms') ? { acceptedTermsVersion: signUp.termsVersion } : {}),
    ...(answers.length > 0 ? { answers } : {}),
  };
}
