from . import test_books, test_histories, test_people
