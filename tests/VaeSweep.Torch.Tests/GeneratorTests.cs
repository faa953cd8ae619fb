namespace VaeSweep.Torch.Tests;

public sealed class GeneratorTests : TorchTest
{
    [Fact]
    public void Draws_are_those_of_pytorch()
    {
        using var g = new torch.Generator(123);

        Close(GoldenFile.Numbers(GoldenFile.Case("randn_seed_123")), Doubles(torch.randn([40], g)), 1e-6);
        Close(GoldenFile.Numbers(GoldenFile.Case("rand_seed_123")), Doubles(torch.rand([40], g.manual_seed(123))), 0);
        Close(GoldenFile.Numbers(GoldenFile.Case("randperm_seed_123")), Doubles(torch.randperm(40, g.manual_seed(123))), 0);
    }

    [Fact]
    public void A_stream_goes_on_from_a_saved_state()
    {
        using var g = new torch.Generator(7);
        _ = torch.randn([3], g);
        var state = g.get_state();
        var expected = torch.randn([100], g).data<float>();

        using var other = new torch.Generator(8);
        other.set_state(state);

        Assert.Equal(expected, torch.randn([100], other).data<float>());
    }

    [Fact]
    public void Streams_do_not_touch_each_other()
    {
        using var a = new torch.Generator(1);
        using var b = new torch.Generator(1);

        _ = torch.randn([17], b);
        var fromA = torch.rand([20], a).data<float>();

        Assert.Equal(torch.rand([20], b.manual_seed(1)).data<float>(), fromA);
        Assert.Equal(1UL, a.initial_seed());
    }

    [Fact]
    public void A_trial_draws_the_same_alone_and_in_a_pack()
    {
        torch.Generator[] three = [new(1), new(2), new(3)];
        using var alone = new torch.Generator(2);

        var pack = torch.randn([3, 5, 7], three);
        var single = torch.randn([1, 5, 7], [alone]);

        Assert.Equal(single.select(0, 0).data<float>(), pack.select(0, 1).data<float>());
        Array.ForEach(three, g => g.Dispose());
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        using var g = new torch.Generator(1);

        Assert.Throws<TorchException>(() => g.set_state(new byte[12]));
    }

    [Fact]
    public void Bernoulli_draws_are_zero_or_one_with_the_given_mean()
    {
        using var g = new torch.Generator(5);

        var draws = torch.full([20_000], 0.3).bernoulli(g);

        Assert.True(draws.mul(draws.sub(1)).eq(0).all().item<bool>());
        Assert.InRange(draws.mean().item<double>(), 0.29, 0.31);
        Assert.InRange(torch.zeros([20_000]).bernoulli_(0.7, g).mean().item<double>(), 0.69, 0.71);
    }

    [Fact]
    public void Initial_weights_have_the_variance_of_their_fans()
    {
        using var g = new torch.Generator(5);
        double Variance(Func<Tensor, Tensor> init) => init(torch.empty([2, 300, 200])).var([], unbiased: false).item<double>();

        Assert.Equal(2.0 / 500, Variance(t => torch.nn.init.xavier_normal_(t, g)), 1e-4);
        Assert.Equal(2.0 / 500, Variance(t => torch.nn.init.xavier_uniform_(t, g)), 1e-4);
        Assert.Equal(2.0 / 300, Variance(t => torch.nn.init.kaiming_normal_(t, g)), 1e-4);
        Assert.Throws<ArgumentException>(() => torch.nn.init.xavier_normal_(torch.empty([3]), g));
    }
}
