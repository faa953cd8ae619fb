using VaeSweep.Store.Postgres;

namespace VaeSweep.Store.Tests;

public sealed class SqlTextTests
{
    [Theory]
    [InlineData("SELECT @a, @b, @a", "SELECT $1, $2, $1", "a,b")]
    [InlineData("SELECT '@a; -- x', \"@b\", @c;", "SELECT '@a; -- x', \"@b\", $1", "c")]
    [InlineData("SELECT 'it''s @x' -- @y\n, @z /* ; @w */ ; ", "SELECT 'it''s @x' -- @y\n, $1 /* ; @w */  ", "z")]
    [InlineData("SELECT $$ ; @a $$, $t$ @b $t$", "SELECT $$ ; @a $$, $t$ @b $t$", "")]
    [InlineData("SELECT a @> b, a <@ b", "SELECT a @> b, a <@ b", "")]
    public void Names_become_numbers_except_in_quotes_and_comments(string sql, string text, string names)
    {
        var parsed = SqlText.Parse(sql);

        Assert.Equal(text, parsed.Text);
        Assert.Equal(names, string.Join(',', parsed.Names));
    }

    [Fact]
    public void A_second_statement_is_refused_where_it_begins()
    {
        var error = Assert.Throws<StoreQueryException>(() => SqlText.Parse("SELECT 1; /* x */ DELETE FROM trials"));

        Assert.Equal(18, error.Position);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ;")]
    [InlineData("-- nothing")]
    public void Nothing_is_refused(string sql)
    {
        Assert.Throws<StoreQueryException>(() => SqlText.Parse(sql));
    }

    [Fact]
    public void A_place_in_what_was_sent_is_found_in_what_was_written()
    {
        const string sql = "SELECT @first, @second, wrong FROM trials";
        var parsed = SqlText.Parse(sql);

        var written = parsed.Written(parsed.Text.IndexOf("wrong", StringComparison.Ordinal));

        Assert.Equal(sql.IndexOf("wrong", StringComparison.Ordinal), written);
    }
}
