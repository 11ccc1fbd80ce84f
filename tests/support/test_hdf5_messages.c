/* What is said of changed bytes in HDF5 files: a case for each of many messages. */
#include "support/damage.h"
#include "support/hdf5_damage.h"

static void says_what_is_wrong(void **state)
{
    size_t size;
    char *lines = (char *)read_golden(GOLDEN "/damage/hdf5.txt", &size);
    const char *line;
    int count = 0, wrong = 0;
    damage one;

    (void)state;
    for (line = lines; *line != '\0'; count++) {
        unsigned char *file;
        checked_ranges ranges;
        nwti_read_error error;
        char name[100];

        line = damage_read(line, &one);
        assert_non_null(line);
        snprintf(name, sizeof name, "hdf5/%s", one.name);
        file = read_file(name, &size);
        assert_true(one.offset + one.count <= size);
        find_checked(&ranges, file, size);
        memcpy(file + one.offset, one.bytes, one.count);
        repair(&ranges, file, one.offset);
        assert_int_not_equal(survives(file, size, &error), NWTI_READ_OK);
        wrong += !damage_is_told(&one, error.what);
        free(file);
    }
    assert_int_equal(wrong, 0);
    assert_true(count > 100);
    free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_what_is_wrong)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
