"""The public guide: what a medical assistant is and may do, state by state; programs, certifications, cities; in two
languages, searched, and written as static files. It joins what credentials and delegation know; it holds no patient."""
