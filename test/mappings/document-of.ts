export { testDocument as documentOf, type TestDocument as Fragment } from '../../src/author/test-document.js';
