import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useWords } from '../words';
import { SignInForm } from './SignInForm';

/** The session ended while a page was open: what was typed there stays. */
export function SignInDialog() {
  const { t } = useWords();
  return (
    <ModalOverlay isOpen className="overlay" isDismissable={false} isKeyboardDismissDisabled>
      <Modal className="modal narrow">
        <Dialog className="dialog">
          <Heading slot="title" className="dialog-title">
            {t('sign-in-again')}
          </Heading>
          <p>{t('sign-in-again-why')}</p>
          <SignInForm />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
