def q(*s):
    return A('query', *s)


def v(*s):
    return A('value', *s)


def k(*s):
    return A('key', *s)


SCORES = {'return_attention_scores': True}
CASES = []
for name in ('Attention', 'AdditiveAttention'):
    CASES += [
        (name + "()", (8, 16), (4, 16)),
        (name + "()", (8, 16), (4, 16), (4, 16)),
        (name + "()", (8, 16), (4, 5), (4, 16)),
        (name + "()", (8, 16), (8, 16)),
        (name + "()", (8, 16), (4, 16), SCORES),
        (name + "()", (8, 16), (4, 7), (4, 16), SCORES),
        (name + "()", (N, 16), (N, 16)),
        (name + "()", (N, 16), (N, 16), SCORES),
        (name + "(use_scale=True)", (8, 16), (4, 16)),
        (name + "(use_scale=False)", (8, 16), (4, 16)),
        (name + "(dropout=0.5)", (8, 16), (4, 16)),
        (name + "(dtype='mixed_float16', use_scale=True)", (8, 16), (4, 16)),
        (name + "(trainable=False, use_scale=True)", (8, 16), (4, 16)),
        (name + "()", B(2, 8, 16), B(2, 4, 16)),
        (name + "()", (8, 16), (4, 15)),
        (name + "()", (8, 16), (4, 16), (5, 16)),
        (name + "()", (8, 16)),
        (name + "()", (8, 16), (4, 16), (4, 16), (4, 16)),
        (name + "()", (2, 8, 16), (2, 4, 16)),
    ]
CASES += [
    ("Attention(score_mode='concat')", (8, 16), (4, 16)),
    ("Attention(score_mode='concat', use_scale=True)", (8, 16), (4, 16)),
    ("Attention(score_mode='concat', dtype='bfloat16')", (8, 16), (4, 16),
     SCORES),
    ("Attention(True, 'dot')", (8, 16), (4, 16)),
    ("Attention(seed=3)", (8, 16), (4, 16)),
    ("Attention(score_mode='sum')", (8, 16), (4, 16)),
    ("AdditiveAttention(False)", (8, 16), (4, 16), SCORES),

    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(num_heads=2, key_dim=3)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(8, 64)", q(10, 512), v(10, 512)),
    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 16), k(4, 16)),
    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 12), k(4, 10)),
    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 12)),
    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 16), SCORES),
    ("MultiHeadAttention(2, 3, value_dim=5)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, 5)", q(8, 16), v(4, 16), k(4, 9), SCORES),
    ("MultiHeadAttention(2, 3, output_shape=7)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, output_shape=(7,))", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, output_shape=(5, 7))", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, output_shape=[5, 7], value_dim=4)", q(8, 16),
     v(4, 16)),
    ("MultiHeadAttention(2, 3, use_bias=False)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, use_bias=False, value_dim=5, output_shape=7)",
     q(8, 16), v(4, 16), SCORES),
    ("MultiHeadAttention(1, 1)", q(1, 1), v(1, 1)),
    ("MultiHeadAttention(2, 3)", q(N, 16), v(N, 16)),
    ("MultiHeadAttention(2, 3)", q(N, 16), v(4, 16), SCORES),
    ("MultiHeadAttention(2, 3, attention_axes=1)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, attention_axes=(2,))", q(5, 8, 16),
     v(5, 4, 16)),
    ("MultiHeadAttention(2, 3, attention_axes=(2, 3))", q(5, 3, 4, 16),
     v(5, 3, 2, 16)),
    ("MultiHeadAttention(2, 3, attention_axes=(2, 3))", q(5, 3, 4, 16),
     v(5, 3, 2, 16), SCORES),
    ("MultiHeadAttention(2, 3, attention_axes=2)", q(5, 8, 16), v(5, 4, 16),
     SCORES),
    # A query of 1 is repeated over axes that are not attended over.
    ("MultiHeadAttention(2, 3, attention_axes=2)", q(1, 8, 16), v(5, 4, 16)),
    ("MultiHeadAttention(2, 3, attention_axes=2)", q(5, 8, 16), v(1, 4, 16)),
    ("MultiHeadAttention(2, 3)", q(5, 8, 16), v(6, 4, 16)),
    ("MultiHeadAttention(2, 3)", q(5, 8, 16), v(6, 4, 16), SCORES),
    ("MultiHeadAttention(2, 3, dropout=0.1)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, dtype='mixed_float16')", q(8, 16), v(4, 16),
     SCORES),
    ("MultiHeadAttention(2, 3, dtype='float16')", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, trainable=False)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, kernel_regularizer='l2', "
     "bias_initializer='ones')", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, use_gate=True)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3, flash_attention=False)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3)", A('query', 8, 16), A('value', 4, 16),
     {'use_causal_mask': True}),
    ("MultiHeadAttention(2, 3)", B(2, 8, 16), A('value', 4, 16)),
    ("MultiHeadAttention(2, 3)", (8, 16), v(4, 16), k(4, 16)),
    ("MultiHeadAttention(0, 3)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 0)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2)", q(8, 16), v(4, 16)),
    ("MultiHeadAttention(2, 3)", q(8, 16)),
    ("MultiHeadAttention(2, 3)", q(8, 16), v(4, 16), k(5, 16)),
    ("MultiHeadAttention(2, 3)", q(8, N), v(4, 16)),
    ("MultiHeadAttention(2, 3, output_shape='a')", q(8, 16), v(4, 16)),
]
for text in ("GroupQueryAttention(3, 4, 2)",
             "GroupQueryAttention(head_dim=3, num_query_heads=4, "
             "num_key_value_heads=4)",
             "GroupQueryAttention(3, 4, 1, use_bias=False)",
             "GroupQueryAttention(3, 4, 2, use_gate=True, trainable=False)",
             "GroupQueryAttention(3, 4, 2, dtype='mixed_bfloat16')",
             "GroupQueryAttention(3, 4, 3)",
             "GroupQueryAttention(3, 4)"):
    CASES += [(text, q(8, 16), v(4, 16)),
              (text, q(8, 16), v(4, 16), k(4, 12), SCORES)]
CASES += [
    ("GroupQueryAttention(3, 4, 2)", q(8, 16), v(4, 12)),
    ("GroupQueryAttention(3, 4, 2)", q(8, 16), v(4, 16), k(5, 16)),
    ("GroupQueryAttention(3, 4, 2)", q(N, 16), v(N, 16), SCORES),
]
