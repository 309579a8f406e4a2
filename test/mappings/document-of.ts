export { documentOf, type Fragment } from '../../src/author/test-document.js';
