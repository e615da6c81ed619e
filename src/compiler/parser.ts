/** The one file that knows the `typescript` package: everything that reads guest text takes the parser from here. */
import ts from 'typescript';

export { ts };
