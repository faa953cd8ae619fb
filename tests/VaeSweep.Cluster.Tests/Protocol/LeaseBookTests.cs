using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Tests.Protocol;

public sealed class LeaseBookTests
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(20);
    private readonly LeaseBook _book = new(_lease, TimeSpan.Zero);
    private TimeSpan _now;

    [Fact]
    public void A_node_that_was_silent_for_longer_than_its_lease_is_told_once()
    {
        _book.Heard("a", TimeSpan.Zero);
        _book.Heard("b", TimeSpan.FromSeconds(5));

        Assert.Empty(LookUntil(20));
        Assert.Equal(["a"], LookUntil(21));
        Assert.Equal(["b"], LookUntil(26));
        Assert.Empty(LookUntil(90));
    }

    [Fact]
    public void Being_heard_begins_the_lease_anew_and_being_forgotten_ends_it_silently()
    {
        _book.Heard("a", TimeSpan.Zero);
        _book.Heard("b", TimeSpan.Zero);
        LookUntil(19);
        _book.Heard("a", TimeSpan.FromSeconds(19));
        _book.Forget("b");

        Assert.Empty(LookUntil(39));
        Assert.Equal(TimeSpan.FromSeconds(20), _book.Silence("a", TimeSpan.FromSeconds(39)));
        Assert.Null(_book.Silence("b", TimeSpan.FromSeconds(39)));
        Assert.Equal(["a"], LookUntil(40));
    }

    [Theory]
    [InlineData(2.4, true)]
    [InlineData(2.6, false)]
    public void A_look_that_comes_late_by_more_than_two_seconds_begins_every_lease_anew(double after, bool expires)
    {
        _book.Heard("a", TimeSpan.Zero);
        LookUntil(20);

        _now = TimeSpan.FromSeconds(20 + after);
        var expired = _book.Expired(_now);

        Assert.Equal(expires, expired.Count == 1);
        Assert.Equal(expires ? [] : ["a"], LookUntil(20 + after + 21));
    }

    private List<string> LookUntil(double seconds)
    {
        var expired = new List<string>();
        for (; _now < TimeSpan.FromSeconds(seconds); expired.AddRange(_book.Expired(_now)))
            _now += LeaseBook.LookEvery;
        return expired;
    }
}
